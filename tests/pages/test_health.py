"""The Health page shows the stored finding and computes nothing."""

import sqlite3
from contextlib import closing

import pytest

from core.messages import Code, Message
from core.services.label_errors.sampling import blind_sample
from core.services.monitoring import monitor
from pages._watch import closer_look


def html(app):
    return " ".join(each.proto.body for each in app.get("html"))


def test_verdict_and_numbers_come_from_the_finding(home, ws, visit):
    document = monitor.health(ws, "tiny")
    shown = html(visit("health"))
    assert document["sentence"].split(".")[0] in shown.replace("&gt;", ">")
    assert "measured" in shown
    assert f"n = {document['current']['n']:,}" in shown


def test_what_the_suggestion_takes_and_what_time_the_rows_cover_are_said(home, ws, visit):
    document = monitor.health(ws, "tiny")
    app = visit("health")
    step = next(step for step in document["steps"] if "gain" in step)
    assert f"ffort: {step['effort']}; expected gain: {step['gain']}." in html(app)
    (steps,) = [each.proto.body for each in app.get("html") if '"ct-steps"' in each.proto.body]
    assert [steps.count(step["sentence"]) for step in document["steps"]] == [1] * len(document["steps"])
    assert html(app).count(document["suggestion"].split(".")[0]) == 1, "it was said twice"
    assert any("**Time covered:** rows 1 to 400." in each.value for each in app.markdown)


def test_where_the_log_has_ended_new_predictions_are_sent(home, ws, visit, monkeypatch):
    step = Message(Code.SEND_PREDICTIONS, {}).document()
    ended = {
        "code": Code.LOG_ENDED.value,
        "rule": "rows",
        "closed": None,
        "severity": "amber",
        "sentence": "",
    }
    changes = {"status": "amber", "steps": [step], "alerts": [ended], "losses": []}
    document = {**monitor.health(ws, "tiny"), **changes}
    monkeypatch.setattr(monitor, "health", lambda _ws, _name: document)
    links = [each.proto.label for each in visit("health").get("page_link")]
    assert "Send new predictions" in links
    assert not {"Send repaired data", "Fix it: retrain"} & set(links)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        (Code.COMPARE_VERSIONS, "Compare, and roll back"),
        (Code.SEND_LABELS, "Send the missing labels"),
    ],
)
def test_the_first_button_is_where_the_first_step_is_done(home, ws, visit, monkeypatch, code, label):
    changes = {"status": "amber", "steps": [Message(code, {}).document()]}
    document = {**monitor.health(ws, "tiny"), **changes}
    monkeypatch.setattr(monitor, "health", lambda _ws, _name: document)
    links = [each.proto.label for each in visit("health").get("page_link")]
    assert label in links
    assert not {"Send repaired data", "Fix it: retrain"} & set(links)


def test_timeline_turns_into_a_table(home, visit):
    app = visit("health")
    assert app.get("vega_lite_chart")
    before = len(app.dataframe)
    app.toggle(key="timeline_table").set_value(True).run()
    assert len(app.dataframe) == before + 1


def test_without_a_finding_one_button_makes_it(home, ws, visit, monkeypatch):
    monkeypatch.setattr(monitor, "health", lambda _ws, _name: None)
    app = visit("health")
    assert app.button(key="start_monitor").label == "Check now"


def test_a_damaged_finding_is_not_shown_and_the_page_says_why(home, ws, visit):
    before = monitor.health(ws, "tiny")
    with closing(sqlite3.connect(ws.settings.home / "caretaker.db")) as opened, opened:
        opened.execute("UPDATE finding SET body = replace(body, '\"status\": ', '\"status\":  ')")
    app = visit("health")
    assert before["sentence"].split(".")[0] not in html(app).replace("&gt;", ">")
    assert any("damaged disk" in each.value for each in app.markdown)
    assert app.button(key="start_monitor").label == "Check now"
    monitor.refresh(ws, "tiny")
    assert before["sentence"].split(".")[0] in html(visit("health")).replace("&gt;", ">")


def test_details_are_one_click_deeper(home, visit):
    app = visit("health")
    app.button(key="details").click().run()
    assert not app.exception
    assert any("Metric of record" in each.value for each in app.markdown)


def test_a_blind_sample_is_offered_and_its_progress_shown(home, ws, visit, monkeypatch):
    """The home's model is healthy: the document is made to ask, as that of an unexplained fall does."""
    step = Message(Code.ASK_BLIND, {"labels": 30, "minutes": 6}).document()
    document = {**monitor.health(ws, "tiny"), "steps": [step]}
    monkeypatch.setattr(monitor, "health", lambda _ws, _name: document)
    app = visit("health")
    assert app.button(key="ask_sample").label == "Ask for a blind sample of 30"
    assert "about 6 minutes" in " ".join(each.value for each in app.markdown)
    asked = blind_sample.ask(ws, "tiny", "ada")
    app = visit("health")
    assert "ask_sample" not in {button.key for button in app.button}
    assert f"0 of {asked} labels looked at" in html(app)


def test_every_cause_has_its_state_and_the_link_that_repairs_it(home, ws, visit, monkeypatch):
    """The home's model is healthy: the document is made to have causes."""
    price = {"price": "costs 5.0 more errors in 100 (95 % interval 4.0-6.0)"}
    mix = Message(Code.MIX_MOVED, {"feature": "x<y", **price}).document()
    rest = Message(Code.INSIDE_LEADS, price).document()
    proof = Message(Code.OLD_MIX_BACK, {"features": "x<y", "rows": 900, **price}).document()
    line = {"points": 0, "low": 0, "high": 0, "rows": 9, "since": None}
    lines = [
        {**mix, **line, "kind": "mix", "features": ["x<y"], "state": "confirmed", "proof": proof,
         "confirmed_on": "2020-03-31"},
        {**rest, **line, "kind": "inside", "features": [], "state": "suspected"},
    ]  # fmt: skip
    causes = [
        {**mix, "kind": "mix", "share": 1.4, "features": ["x<y"], "feature": "x<y"},
        {**rest, "kind": "inside", "share": -0.4, "features": []},
    ]
    document = {**monitor.health(ws, "tiny"), "causes": causes, "account": lines, "fall": None}
    monkeypatch.setattr(monitor, "health", lambda _ws, _name: document)
    app = visit("health")
    first, second = (body for body in html(app).split("<ol") if "ct-causes" in body)
    assert (
        "Confirmed</b>, data until 31 Mar 2020: At the error rates of now, putting the old mix of x&lt;y back"
        in first
    )
    assert "the whole fall" in first
    assert "Suspected" in second
    assert "makes the fall smaller" in second
    links = [link.proto.label for link in app.get("page_link")]
    assert "Retrain on the rows of now" in links
    assert "Try a retrained model" not in links


@pytest.mark.parametrize(
    ("step", "links"),
    [
        ("CT-H74", ["Label the newest rows"]),
        ("CT-H75", []),
        ("CT-H78", ["Open Setup"]),
        ("CT-H50", ["Open Setup"]),
    ],
)
def test_what_would_settle_an_open_verdict_is_one_click_away(home, ws, visit, monkeypatch, step, links):
    document = monitor.health(ws, "tiny")
    steps = [{"code": step, "parameters": {}, "sentence": "Do it."}]
    opened = {**document, "status": "amber", "steps": steps, "alerts": [], "losses": []}
    monkeypatch.setattr(monitor, "health", lambda _ws, _name: opened)
    ways = {"Label the newest rows", "Open Setup", "Check the labels"}
    assert [
        link.proto.label for link in visit("health").get("page_link") if link.proto.label in ways
    ] == links


def test_an_open_fault_says_its_rows_and_the_delivery_that_brought_it(home, ws, visit, monkeypatch):
    empty = {"feature": "x", "now": 0.4, "before": 0.0, "since": None}
    alert = {
        **Message(Code.COLUMN_EMPTY, empty).document(),
        "opened": "2020-03-01", "closed": None, "rule": "data_fault", "severity": "amber", "feature": "x",
        "rows": 1200, "cost": None, "delivery": {"name": "june.csv", "received": "2020-03-02T08:00:00"},
    }  # fmt: skip
    document = {**monitor.health(ws, "tiny"), "alerts": [alert]}
    monkeypatch.setattr(monitor, "health", lambda _ws, _name: document)
    assert "So far 1,200 rows; first in june.csv." in html(visit("health"))


def test_a_period_a_segment_and_a_column_stand_in_the_address(home, ws, visit):
    """What one person looks at another sees under the same address."""
    document = monitor.health(ws, "tiny")
    names = [chunk["label"] for chunk in document["chunks"]]
    query = {"period": [names[0], names[1]], "segment": "place = north", "column": "size"}
    app = visit("health", **query)
    assert not app.exception
    assert f"{names[0]} to {names[1]}" in html(app)
    assert "mean of 2 periods" in html(app)
    assert "place = north: " in html(app)
    assert "size, " in html(app)
    for moved in ("place = south", None):
        app.selectbox(key="segment").set_value(moved).run()
        assert ("place = south: " in html(app)) == (moved is not None)


def test_clicks_on_the_timeline_pick_the_periods_from_the_first_to_the_last(monkeypatch):
    chunks = [{"label": day} for day in ("Jan", "Feb", "Mar", "Apr")]
    state = {"timeline_chart": {"selection": {"picked": [{"chunk": "Apr"}, {"chunk": "Feb"}]}}}
    monkeypatch.setattr(closer_look.st, "session_state", state)
    closer_look.keep_period({"chunks": chunks})
    assert state["period"] == ("Feb", "Apr")
    state["timeline_chart"]["selection"] = {}
    closer_look.keep_period({"chunks": chunks})
    assert state["period"] == ("Feb", "Apr"), "what is clicked away stays in the slider"


def test_numbers_that_are_not_there_take_no_room(home, ws, visit, monkeypatch):
    """And the status is said once."""
    document = {**monitor.health(ws, "tiny"), "current": None, "alerts": []}
    monkeypatch.setattr(monitor, "health", lambda _ws, _name: document)
    app = visit("health")
    tiles = next(each.proto.body for each in app.get("html") if "ct-metrics" in each.proto.body)
    assert ", measured" not in tiles
    assert "<b>-</b>" not in tiles
    assert html(app).count('class="ct-chip') == 1
