"""A source is joined where the search is: the form starts the job, and the page says what was left out."""

from dataclasses import replace

from core.model import JoinedSource
from core.store import audit, models
from core.store.engine import reading, writing
from pages._shared import job_panel


def test_a_source_is_joined_from_the_wizard_and_what_was_left_out_is_said(home, ws, visit, monkeypatch):
    """Guards the way from the form to the job, and the evidence on the page."""
    started = []
    monkeypatch.setattr(job_panel, "start", lambda _ws, job, **_: started.append(job))
    page = visit("retrain")
    page.segmented_control(key="step").set_value("search").run()
    page.toggle(key="join_more").set_value(True).run()
    texts = {field.label: field for field in page.text_input}
    texts["File, s3://bucket/key or sql:CONNECTION/TABLE"].set_value("/data/weather.csv")
    texts["Column of its keys"].set_value("station")
    next(button for button in page.button if button.label == "Join it").click().run()
    assert [(job.address, job.key, job.time) for job in started] == [("/data/weather.csv", "station", None)]
    with writing(ws.engine) as session:
        spec = models.spec(session, "tiny")
        on = spec.roles.features[0]
        source = JoinedSource("weather", "/data/weather.csv", "station", on, None, "d", ("rain",), 0.5)
        models.replace(session, replace(spec, joined=(source,)))
        left_out = [{"column": "outcome", "why": "It says the label."}]
        coverage = [{"period": "1", "rows": 10, "known": 9}, {"period": "2", "rows": 10, "known": 1}]
        audit.add(
            session,
            spec.id,
            "ann",
            "join source",
            {"digest": "d", "left_out": left_out, "coverage": coverage},
        )
    page = visit("retrain")
    page.segmented_control(key="step").set_value("search").run()
    table = next(frame.value for frame in page.dataframe if "Left out" in frame.value)
    assert table.loc[0, "Left out"] == "outcome: It says the label."
    assert table.loc[0, "Fewest"] == "10.0 % in 2"
    page.button(key="remove_joined_weather").click().run()
    with reading(ws.engine) as session:
        assert models.spec(session, "tiny").joined == ()
