"""Experiments replays a version, and shows what came of it."""

from core.services.experiments.jobs import Replay
from core.services.experiments.replay import replay
from core.store import models
from core.store.engine import writing
from core.store.tables import Trial
from pages._shared import job_panel
from tests.charts.test_replay import DOCUMENT


def test_a_version_is_replayed_from_a_start_and_what_came_of_it_is_drawn(home, ws, visit, monkeypatch):
    with writing(ws.engine) as session:
        number = models.spec(session, "tiny").id
        session.add(
            Trial(
                model_id=number,
                fingerprint="f2",
                recipe="extra_trees",
                status="trained",
                version="2",
                created_by="ann",
                seconds=2.0,
                cv={"roc_auc": {"value": 0.9, "low": 0.88, "high": 0.92}},
            )
        )
    document = {
        **DOCUMENT, "since": "2024-03-03T00:00:00", "until": "2024-04-30T00:00:00", "version": "2",
        "before": 15.0, "after": 12.0, "left_out": 7,
        "guard": "its training rows come before", "together": "",
    }  # fmt: skip
    jobs = []
    monkeypatch.setattr(replay, "latest", lambda _ws, _name: {"2": document})
    monkeypatch.setattr(job_panel, "start", lambda _ws, job: jobs.append(job))
    app = visit("experiments")
    assert not app.exception
    text = " ".join(part.value for part in app.markdown)
    assert "15 errors were made from 3 Mar 2024 to 30 Apr 2024; version 2 makes 12." in text
    assert app.button(key="start_policies").label == "Compare policies of retraining"
    app.text_input(key="replay_since").input("2024-03-20").run()
    app.button(key="start_replay").click().run()
    assert [(type(job), job.version, job.since) for job in jobs] == [(Replay, "2", "2024-03-20")]
