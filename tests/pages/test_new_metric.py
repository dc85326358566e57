"""Broken here: a metric added to the table must be told a second time to Health, its report or a page."""

import pytest
from sklearn.metrics import recall_score

from core.errors import DataError
from core.services.monitoring import monitor
from core.services.onboarding.adjust import adjust
from core.stats.metrics import METRICS
from tests.made_up_metric import SPECIFICITY
from tests.pages.conftest import NAME, log


@pytest.fixture
def added(monkeypatch):
    monkeypatch.setitem(METRICS, SPECIFICITY.name, SPECIFICITY)


def test_without_it_nobody_knows_it(ws):
    with pytest.raises(DataError, match="no metric 'specificity'"):
        adjust(ws, NAME, "me", metric="specificity")


@pytest.mark.usefixtures("added")
def test_health_measures_it_and_the_page_shows_it(ws, visit):
    adjust(ws, NAME, "me", metric="specificity", tolerance=0.02)
    document = monitor.refresh(ws, NAME)
    first = log().iloc[50:100]
    value = recall_score(first["label"], first["prediction"], pos_label="no")
    chunk = next(chunk for chunk in document["chunks"] if chunk["start"] == 50)
    assert chunk["realised"]["specificity"]["value"] == pytest.approx(value)
    assert chunk["realised"]["specificity"]["low"] < value
    assert document["metric_label"] == "Specificity"
    assert document["status"] == "red"
    assert "share of the others that it leaves alone" in document["sentence"]
    page = visit("health", model=NAME)
    assert not page.exception
    assert any("Specificity" in html.proto.body for html in page.get("html"))


@pytest.mark.usefixtures("added", "home")
def test_it_is_among_the_choices_of_setup(visit):
    page = visit("setup", model=NAME)
    page.session_state["open_set_checks"] = True
    page.run()
    assert not page.exception
    (choice,) = [box for box in page.selectbox if box.label == "Metric of record"]
    assert "Specificity: share of the others that it leaves alone" in choice.options
