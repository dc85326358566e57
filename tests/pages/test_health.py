"""The Health page shows the stored finding and computes nothing."""

from core.services.monitoring import monitor


def html(app):
    return " ".join(each.proto.body for each in app.get("html"))


def test_verdict_and_numbers_come_from_the_finding(home, ws, visit):
    document = monitor.health(ws, "tiny")
    shown = html(visit("health"))
    assert document["sentence"].split(".")[0] in shown.replace("&gt;", ">")
    assert "measured" in shown
    assert f"n = {document['current']['n']:,}" in shown


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


def test_details_are_one_click_deeper(home, visit):
    app = visit("health")
    app.button(key="details").click().run()
    assert not app.exception
    assert any("Metric of record" in each.value for each in app.markdown)
