"""Broken here: a page starts a job for another model, or shows another model's work as its own."""

import pytest

from core.jobs import client
from core.jobs.spec import JobStatus
from core.services.ingestion import sources
from core.services.kinds import JOBS
from core.settings import Settings
from pages._shared import job_panel


@pytest.fixture
def submitted(monkeypatch):
    jobs = []

    def submit(_settings, kind, args, *, dedupe):
        jobs.append(JobStatus(dedupe, kind, "running", 0.5, "half", None, None, None, None, args))

    monkeypatch.setattr(client, "submit", submit)
    monkeypatch.setattr(client, "recent", lambda _settings, _limit: jobs)
    monkeypatch.setattr(
        client, "live", lambda _settings: [job for job in jobs if job.state in job_panel.LIVE]
    )
    monkeypatch.setattr(job_panel.st, "rerun", lambda: None)
    return jobs


@pytest.fixture
def at_work(monkeypatch):
    """The jobs as the pages see them; what is submitted is at work from then on."""
    jobs = []

    def submit(_settings, kind, args, *, dedupe):
        if all((job.kind, job.id) != (kind, dedupe) for job in jobs):
            jobs.append(running(kind, args, dedupe))

    monkeypatch.setattr(client, "submit", submit)
    monkeypatch.setattr(client, "recent", lambda _settings, _limit: jobs)
    monkeypatch.setattr(client, "live", lambda _settings: jobs)
    monkeypatch.setattr(client, "status", lambda _settings, job_id: running("scan", {}, job_id))
    return jobs


def running(kind, args, name="j"):
    return JobStatus(name, kind, "running", 0.5, "half", None, None, None, None, args)


@pytest.mark.parametrize("kind", sorted(set(JOBS) - {"demo"} - job_panel.ASIDE))
def test_a_job_is_its_models_whatever_its_kind(ws, submitted, kind):
    job_panel.start(ws, kind, "tiny", by="ann")
    job_panel.start(ws, kind, "other", by="ann")
    assert [job.args for job in job_panel.live(ws, kind, "tiny")] == [{"model": "tiny", "by": "ann"}]
    assert len(job_panel.live(ws)) == 2


def test_the_demo_is_of_no_model(ws, submitted):
    job_panel.start(ws, "demo")
    assert [(job.id, job.args) for job in job_panel.live(ws, "demo")] == [("demo", {})]
    assert job_panel.live(ws, "demo", "tiny") == []


def test_work_that_outlasts_many_short_jobs_is_still_at_work(tmp_path, monkeypatch):
    """Looks at sources end all the time: a long search that fell off the list could be started twice."""
    asked = []
    monkeypatch.setattr(client, "_list", lambda _settings, **query: asked.append(query) or [])
    assert client.live(Settings(home=tmp_path)) == []
    assert "limit" not in asked[0]
    assert set(asked[0]["status"]) == {"ENQUEUED", "DELAYED", "PENDING"}


@pytest.mark.parametrize(
    ("page", "key", "kind", "args"),
    [
        ("suspects", "start_scan", "scan", {"model": "tiny"}),
        ("suspects", "start_scan", "connect", {"model": "tiny"}),
        ("health", "check_again", "monitor", {"model": "tiny"}),
        ("health", "check_again", "ingest", {"model": "tiny"}),
        ("setup", "start_demo", "demo", {}),
    ],
)
def test_what_is_being_done_cannot_be_started_again(page, key, kind, args, home, at_work, visit):
    """Two searches of one model would do the same work twice, one of them unseen."""
    assert not visit(page).button(key=key).disabled
    at_work.append(running(kind, args))
    busy = visit(page).button(key=key)
    assert busy.disabled
    assert "being done" in busy.help
    at_work[0] = running("scan", {"model": "other"})
    assert not visit(page).button(key=key).disabled


def test_a_source_that_is_looked_at_waits_alone(home, ws, at_work, tmp_path, visit):
    names = [str(tmp_path / each / "*.csv") for each in ("a", "b")]
    made = [
        sources.add(ws, "tiny", name, "predictions", every_seconds=60, by="ann", watermark_column=None).id
        for name in names
    ]
    at_work.append(running("poll", {"model": "tiny", "source": made[0]}))
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
    job_panel.strip(ws, "tiny")
    job_panel.strip(ws, "tiny", told_below=("ingest",))
    assert said == ["**Take in a file: words.csv: row 7.** Correct it."]
    job_panel._put_away("j")
    job_panel.strip(ws, "tiny")
    assert len(said) == 1
