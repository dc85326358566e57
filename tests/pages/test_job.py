"""Broken here: a page starts a job for another model, or shows another model's work as its own."""

import pytest

from core.jobs import client
from core.jobs.spec import JobStatus
from core.services.kinds import JOBS
from pages import _job


@pytest.fixture
def submitted(monkeypatch):
    jobs = []

    def submit(_settings, kind, args, *, dedupe):
        jobs.append(JobStatus(dedupe, kind, "running", 0.5, "half", None, None, None, None, args))

    monkeypatch.setattr(client, "submit", submit)
    monkeypatch.setattr(client, "recent", lambda _settings, _limit: jobs)
    monkeypatch.setattr(_job.st, "rerun", lambda: None)
    return jobs


@pytest.mark.parametrize("kind", sorted(set(JOBS) - {"demo"} - _job.ASIDE))
def test_a_job_is_its_models_whatever_its_kind(ws, submitted, kind):
    _job.start(ws, kind, "tiny", by="ann")
    _job.start(ws, kind, "other", by="ann")
    assert [job.args for job in _job.live(ws, kind, "tiny")] == [{"model": "tiny", "by": "ann"}]
    assert len(_job.live(ws)) == 2


def test_the_demo_is_of_no_model(ws, submitted):
    _job.start(ws, "demo")
    assert [(job.id, job.args) for job in _job.live(ws, "demo")] == [("demo", {})]
    assert _job.live(ws, "demo", "tiny") == []


def test_a_failure_is_shown_until_it_is_put_away(ws, submitted, monkeypatch):
    error = {"message": "words.csv: row 7.", "hint": "Correct it."}
    submitted.append(JobStatus("j", "ingest", "failed", 0.5, "", None, None, None, error, {"model": "tiny"}))
    said, state = [], {}
    monkeypatch.setattr(_job.st, "warning", lambda text, **_: said.append(text))
    monkeypatch.setattr(_job.st, "session_state", state)
    _job.strip(ws, "tiny")
    _job.strip(ws, "tiny", told_below=("ingest",))
    assert said == ["**Take in a file: words.csv: row 7.** Correct it."]
    _job._put_away("j")
    _job.strip(ws, "tiny")
    assert len(said) == 1
