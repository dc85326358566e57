"""Broken here: a page starts a job for another model, or shows another model's work as its own."""

from dataclasses import MISSING, fields

import pytest

from core.access import LOCAL
from core.jobs import client
from core.jobs.job import ModelJob, from_json, to_json
from core.jobs.status import JobStatus
from core.services.ingestion import sources
from core.services.ingestion.jobs import Ingest, Poll
from core.services.jobs import JOBS
from core.services.label_errors.jobs import Scan
from core.services.monitoring.jobs import Monitor
from core.services.onboarding.jobs import Connect, Demo
from core.settings import Settings
from pages._shared import job_panel

NAMES = ("tiny", "other")
EXAMPLES = {str: "x", int: 1}
"""A value for each simple argument that a job cannot do without; others are listed by job."""
ARGUMENTS = {
    "ingest": {"paths": ["rows.csv"]},
    "deliver": {"kind": "labels"},
    "connect": {"request": {}},
    "approve": {"roles": ["engineer"]},
    "decline": {"roles": ["engineer"]},
}


@pytest.fixture
def submitted(monkeypatch):
    jobs = []

    def submit(_settings, job, *, dedupe):
        jobs.append(running(job, dedupe))

    monkeypatch.setattr(client, "submit", submit)
    monkeypatch.setattr(client, "recent_jobs", lambda _settings, _limit: jobs)
    monkeypatch.setattr(client, "live_jobs", lambda _settings: [job for job in jobs if job.is_live])
    monkeypatch.setattr(job_panel.st, "rerun", lambda: None)
    return jobs


@pytest.fixture
def at_work(monkeypatch):
    """The jobs as the pages see them; what is submitted is at work from then on."""
    jobs = []

    def submit(_settings, new, *, dedupe):
        if all((job.kind, job.id) != (new.declaration.name, dedupe) for job in jobs):
            jobs.append(running(new, dedupe))

    monkeypatch.setattr(client, "submit", submit)
    monkeypatch.setattr(client, "recent_jobs", lambda _settings, _limit: jobs)
    monkeypatch.setattr(client, "live_jobs", lambda _settings: jobs)
    monkeypatch.setattr(client, "status", lambda _settings, job_id: running(Scan(model="tiny"), job_id))
    return jobs


def arguments(kind):
    needed = [field for field in fields(JOBS[kind]) if field.default is MISSING]
    simple = {field.name: EXAMPLES[field.type] for field in needed if field.type in EXAMPLES}
    return {**simple, **ARGUMENTS.get(kind, {})}


def running(job, name="j"):
    kind, args = job.declaration.name, to_json(job)
    return JobStatus(name, kind, "running", 0.5, "half", None, None, None, None, args)


OF_A_MODEL = {name for name, kind in JOBS.items() if issubclass(kind, ModelJob)}


@pytest.mark.parametrize("kind", sorted(OF_A_MODEL - job_panel.ASIDE))
def test_a_job_is_its_models_whatever_its_kind(ws, submitted, kind):
    of_tiny, of_other = (from_json(JOBS[kind], {**arguments(kind), "model": name}) for name in NAMES)
    job_panel.start(ws, of_tiny)
    job_panel.start(ws, of_other)
    assert [job.arguments(JOBS[kind]) for job in job_panel.live(ws, JOBS[kind], "tiny")] == [of_tiny]
    assert len(job_panel.live(ws)) == 2


def test_the_demo_is_of_no_model(ws, submitted):
    job_panel.start(ws, Demo())
    assert [(job.id, job.args) for job in job_panel.live(ws, Demo)] == [("demo", {})]
    assert job_panel.live(ws, Demo, "tiny") == []


def test_work_that_outlasts_many_short_jobs_is_still_at_work(tmp_path, monkeypatch):
    """Looks at sources end all the time: a long search that fell off the list could be started twice."""
    asked = []
    monkeypatch.setattr(client, "_list", lambda _settings, **query: asked.append(query) or [])
    assert client.live_jobs(Settings(home=tmp_path)) == []
    assert "limit" not in asked[0]
    assert set(asked[0]["status"]) == {"ENQUEUED", "DELAYED", "PENDING"}


@pytest.mark.parametrize(
    ("page", "key", "job"),
    [
        ("suspects", "start_scan", Scan(model="tiny")),
        ("suspects", "start_scan", Connect(model="tiny", draft=1, address="a", request={})),
        ("health", "check_again", Monitor(model="tiny")),
        ("health", "check_again", Ingest(model="tiny", paths=())),
        ("setup", "start_demo", Demo()),
    ],
)
def test_what_is_being_done_cannot_be_started_again(page, key, job, home, at_work, visit):
    """Two searches of one model would do the same work twice, one of them unseen."""
    assert not visit(page).button(key=key).disabled
    at_work.append(running(job))
    busy = visit(page).button(key=key)
    assert busy.disabled
    assert "being done" in busy.help
    at_work[0] = running(Scan(model="other"))
    assert not visit(page).button(key=key).disabled


def test_a_source_that_is_looked_at_waits_alone(home, ws, at_work, tmp_path, visit):
    names = [str(tmp_path / each / "*.csv") for each in ("a", "b")]
    made = [
        sources.add(ws, "tiny", name, "predictions", every_seconds=60, by="ann", watermark_column=None).id
        for name in names
    ]
    at_work.append(running(Poll(model="tiny", source=made[0])))
    app = visit("setup")
    assert [app.button(key=f"poll_{each}").disabled for each in made] == [True, False]


def test_saved_settings_are_checked_although_a_check_is_at_work(home, at_work, visit):
    """The one at work read the settings of before: it must not stand for the new one."""
    at_work.append(JobStatus("tiny", "monitor", "running", 0, "", None, None, None, None, {"model": "tiny"}))
    app = visit("setup")
    app.session_state["open_set_checks"] = True
    app.run()
    app.number_input[0].set_value(0.3)
    next(button for button in app.button if button.label == "Save and check again").click().run()
    assert [job.kind for job in at_work] == ["monitor", "monitor"]
    assert at_work[1].id != "tiny"


def test_a_failure_is_shown_until_it_is_put_away(ws, submitted, monkeypatch):
    error = {"message": "words.csv: row 7.", "hint": "Correct it."}
    submitted.append(JobStatus("j", "ingest", "failed", 0.5, "", None, None, None, error, {"model": "tiny"}))
    said, state = [], {}
    monkeypatch.setattr(job_panel.st, "warning", lambda text, **_: said.append(text))
    monkeypatch.setattr(job_panel.st, "session_state", state)
    job_panel.strip(ws, "tiny", LOCAL)
    job_panel.strip(ws, "tiny", LOCAL, told_below=(Ingest,))
    assert said == ["**Take in a file: words.csv: row 7.** Correct it."]
    job_panel._put_away("j")
    job_panel.strip(ws, "tiny", LOCAL)
    assert len(said) == 1
