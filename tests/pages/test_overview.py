"""The Overview: which model comes first, what a line says, what the root shows, and what a filter leaves."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.health.headline import headline
from core.services.monitoring import monitor, overview
from core.services.monitoring.views import ModelLine
from core.settings import PROJECT
from core.store import models
from core.store.engine import reading, writing
from core.store.monitoring import findings, headlines
from core.store.tables import Alert, Batch, Finding, Headline
from core.store.types import now
from pages._shared import page_header

NOTHING = {"loss": 0.0, "until": None}


def html(app):
    return " ".join(each.proto.body for each in app.get("html"))


def add(ws, name, body):
    """A connected model of that headline; none where it was not checked yet."""
    with writing(ws.engine) as session:
        spec = models.spec(session, "tiny").to_json() | {"name": name}
        added = models.add(session, models.ModelSpec.from_json(0, spec))
        session.add(Batch(model_id=added.id, kind="predictions", content_hash=name, source="x", rows=1))
        if body is not None:
            headlines.write(session, added.id, body)


@pytest.fixture
def known(ws):
    return overview.headline(ws, "tiny")


def test_a_finding_is_stored_with_its_headline_and_one_of_before_is_made_anew(ws, known):
    document = monitor.health(ws, "tiny")
    assert known == headline(document)
    assert known["now"]["n"] == document["current"]["n"]
    with writing(ws.engine) as session:
        spec = models.spec(session, "tiny")
        session.delete(session.get(Headline, spec.id))
    with reading(ws.engine) as session:
        assert findings.fingerprint(session, spec.id) is None
    assert overview.headline(ws, "tiny") == known, "the document says it as long as there is none"
    assert monitor.outdated_models(ws) == ["tiny"]
    monitor.refresh(ws, "tiny")
    assert monitor.outdated_models(ws) == []


def test_what_needs_attention_comes_first():
    """Status, then loss in tolerances, then the age of the data, then the name."""
    order = [
        ("far", "red", 9.0, "2024-05-01"), ("near", "red", 2.0, "2020-05-01"), ("watch", "amber", 0.5, 7),
        ("new", None, 0, None), ("unknown", "grey", 0.0, None), ("old", "green", 0.0, "2020-01-01"),
        ("a", "green", 0.0, "2024-01-01"), ("b", "green", 0.0, "2024-01-01"),
    ]  # fmt: skip
    lines = [
        ModelLine(name, status and {"status": status, "loss": loss, "until": until})
        for name, status, loss, until in reversed(order)
    ]
    assert [line.name for line in sorted(lines, key=lambda line: line.urgency)] == [
        name for name, *_ in order
    ]


def test_two_models_have_an_overview_as_root_and_an_address_with_a_model_its_health(home, ws, known):
    add(ws, "=worse", {**known, "status": "red", "since": "May 2024"})
    add(ws, "fresh", None)
    with writing(ws.engine) as session:
        number = models.spec(session, "=worse").id
        alert = {"model_id": number, "severity": "red", "code": "CT-H03", "sentence": "x", "since": "2024-05"}
        session.add_all(Alert(**alert, state=state) for state in ("open", "snoozed", "closed"))
    app = AppTest.from_file(PROJECT / "pages" / "_shell.py", default_timeout=60).run()
    assert not app.exception
    assert app.title[0].value == "Overview"
    assert html(app).count('class="ct-line"') == 3
    links = [link.proto.label for link in app.get("page_link") if "model=" in link.proto.query_string]
    assert links == [r"\=worse", "tiny", "fresh"]
    assert "since May 2024" in html(app)
    assert "2 open alerts" in html(app)
    assert "Not checked yet" in html(app)
    with writing(ws.engine) as session:
        session.delete(session.get(Headline, number))  # as an older Caretaker left it
        session.add(Finding(model_id=number, fingerprint="x", computed_at=now(), body={}))
    app = AppTest.from_file(PROJECT / "pages" / "_shell.py", default_timeout=60).run()
    assert "Checked before the last update" in html(app)
    app = AppTest.from_file(PROJECT / "pages" / "_shell.py", default_timeout=60)
    app.query_params["model"] = "tiny"
    assert app.run().title[0].value == "Health"


def test_a_link_that_is_pressed_while_a_page_is_drawn_leads_to_its_model(home, ws, known, visit):
    """Streamlit adds what a link says to the address of the page before while its picker stands."""
    add(ws, "shop", known)
    app = visit("health", model="shop")
    app.query_params["model"] = ["shop", "tiny"]
    assert app.run().selectbox(key="model").value == "tiny"
    app.selectbox(key="model").set_value("shop")
    app.query_params["model"] = "shop"  # as the browser says it
    assert app.run().selectbox(key="model").value == "shop"


def test_a_link_that_is_pressed_before_the_picker_is_drawn_keeps_the_model(
    home, ws, known, visit, monkeypatch
):
    add(ws, "shop", known)
    with monkeypatch.context() as early:
        early.setattr(page_header, "draw", lambda *_: st.stop())
        app = visit("health", model="shop")
    app.query_params.clear()
    assert app.switch_page("suspects.py").run().selectbox(key="model").value == "shop"


def test_many_models_are_searched_and_filtered_by_what_stands_in_the_address(home, ws, known, visit):
    for number in range(30):
        add(ws, f"shop-{number}", {**known, "status": "red" if number % 2 else "green"})
    app = visit("overview")
    assert html(app).count('class="ct-line"') == 25, "a page of them"
    app = visit("overview", q="SHOP-1", status="Worse")
    names = [link.proto.label for link in app.get("page_link") if link.proto.label.startswith("shop")]
    assert names == [f"shop-{n}" for n in (1, 11, 13, 15, 17, 19)]
    assert "No model fits" in " ".join(each.value for each in visit("overview", q="nothing").markdown)


def test_the_export_holds_every_number_and_no_formula(ws, known):
    table = overview.table([ModelLine("=1+1", known), ModelLine("new", None)])
    row = table.iloc[0]
    assert (row["model"], row["n"], row["status"]) == ("=1+1", known["now"]["n"], known["status"])
    assert row["low"] <= row["value"] <= row["high"]
    assert table["status"].tolist()[1] == "grey"
