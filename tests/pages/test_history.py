"""Broken here: a decision cannot be found in History, or what was known at it is not told."""

import pytest

from core.store import models
from core.store.engine import writing
from core.store.experiments import deployments
from tests.pages.conftest import NAME


@pytest.fixture
def page(ws, visit):
    """History of a model with a first version in production."""
    with writing(ws.engine) as session:
        deployments.record_first(session, models.spec(session, NAME).id, "1", person="eve <b>")
    app = visit("history")
    assert not app.exception
    return app


def test_the_first_version_is_live_and_what_was_known_is_told(page):
    assert [header.value for header in page.header] == [
        "In production", "What was known then", "Where it came from", "Every decision", "Dossier",
    ]  # fmt: skip
    html = " ".join(part.proto.body for part in page.get("html"))
    assert "Version 1 is live since" in html
    assert "<dt>Who</dt><dd>eve &lt;b&gt;</dd>" in html
    assert page.selectbox(key="decision").options[0].startswith("First version, version 1")
    assert page.selectbox(key="decision").options[0].endswith(" UTC")  # days have several decisions
    assert page.selectbox(key="dossier_version").value == "1"


def test_the_search_looks_at_every_column(page):
    for words, count in (("", 1), ("FIRST CHAMPION", 1), ("nobody said this", 0)):
        page.text_input(key="search").set_value(words).run()
        assert len(page.dataframe[-1].value) == count
        assert not page.exception
