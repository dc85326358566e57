"""Experiments replays a version, and shows what came of it."""

from core.services.experiments import retrain
from core.services.experiments.jobs import Replay
from core.services.experiments.replay import replay
from pages._shared import job_panel
from tests.charts.test_replay import DOCUMENT


def test_a_version_is_replayed_from_a_start_and_what_came_of_it_is_drawn(home, ws, visit, monkeypatch):
    board = retrain.leaderboard(ws, "tiny")
    names = ["version", "status", "recipe", "value", "low", "high"]
    board.loc[0, names] = ["2", "trained", "extra_trees", 0.9, 0.88, 0.92]
    document = {
        **DOCUMENT, "since": "2024-03-03T00:00:00", "until": "2024-04-30T00:00:00", "version": "2",
        "before": 15.0, "after": 12.0, "left_out": 7,
        "guard": "its training rows come before", "together": "",
    }  # fmt: skip
    jobs = []
    monkeypatch.setattr(retrain, "leaderboard", lambda _ws, _name: board)
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
