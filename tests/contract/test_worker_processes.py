"""Jobs survive the death of the worker; steps do not survive it, nor a cancellation."""

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from core.jobs import client
from core.jobs.client import HEAVY, WORKFLOW
from core.jobs.job import Job, job
from core.jobs.supervise import Supervisor
from tests.contract.conftest import PATIENCE_SECONDS
from tests.contract.slow_jobs import Crashed, Family, Quick, Refused, Three, Vanished

pytestmark = pytest.mark.processes


@job("unheard of", "Unheard of")
@dataclass(frozen=True)
class Unheard(Job):
    """A job that the worker does not know."""


def test_a_killed_worker_is_replaced_and_the_job_ends_as_if_nothing_had_happened(desk: Any) -> None:
    worker = desk.start()
    job = desk.submit(Three(4, seconds=3))
    desk.wait_for(lambda: desk.trace("slow"))
    worker.kill()
    worker.wait()
    desk.start()
    done = desk.until(job, "done", "failed")
    assert done.result == {"first": 8, "slow": 9, "last": "by the first step"}
    assert [len(desk.trace(word)) for word in ("first", "slow", "last")] == [1, 2, 1]
    assert not (desk.settings.run / "jobs" / job).exists()


def test_a_job_that_an_older_version_began_goes_on_under_its_names(desk: Any) -> None:
    """The job library holds the names of steps against those of before: a renamed one would end the job."""
    worker = desk.start()
    name = desk.submit(Three(4, seconds=3))
    desk.wait_for(lambda: desk.trace("slow"))
    worker.kill()
    worker.wait()
    with closing(sqlite3.connect(desk.settings.jobs.removeprefix("sqlite:///"))) as tables, tables:
        older = "UPDATE operation_outputs SET function_name = 'old.module:first' WHERE function_id > 1"
        assert tables.execute(older).rowcount == 1
    desk.start()
    assert desk.until(name, "done", "failed").result == {"first": 8, "slow": 9, "last": "by the first step"}
    assert len(desk.trace("first")) == 1


def test_arguments_of_another_version_fail_in_words_and_those_of_before_are_taken(desk: Any) -> None:
    """What waits in line was put there as a kind and JSON, maybe by a Caretaker of another version."""
    desk.start()
    desk.until(desk.submit(Quick(1)), "done")
    opened = client._client(desk.settings.jobs)

    def put(document: dict[str, Any]) -> str:
        options: Any = {"workflow_name": WORKFLOW, "queue_name": HEAVY}
        return str(opened.enqueue(options, "three", document).get_workflow_id())

    taken, strange, short = (put(each) for each in ({"number": 2, "seconds": 0.1}, {"number": 2, "x": 1}, {}))
    assert (desk.until(taken, "done", "failed").result or {})["first"] == 4
    assert "'x' is not known" in (desk.until(strange, "failed").error or {})["message"]
    assert "'number' is missing" in (desk.until(short, "failed").error or {})["message"]


def test_a_killed_worker_leaves_no_process_behind(desk: Any) -> None:
    worker = desk.start()
    desk.submit(Family())
    step, grandchild = desk.pids("family")
    assert desk.alive(step)
    assert desk.alive(grandchild)
    worker.kill()
    desk.wait_for(lambda: not desk.alive(step) and not desk.alive(grandchild), seconds=2)


def test_a_cancelled_step_is_dead_within_a_second(desk: Any) -> None:
    desk.start()
    job = desk.submit(Three(1, seconds=60))
    (step,) = desk.pids("slow")
    waiting = desk.submit(Three(2, seconds=60))
    began = time.monotonic()
    client.cancel(desk.settings, waiting)
    client.cancel(desk.settings, job)
    desk.wait_for(lambda: not desk.alive(step), seconds=1)
    assert time.monotonic() - began < 1
    assert desk.until(job, "cancelled").result is None
    assert desk.until(waiting, "cancelled").error is None
    again = desk.submit(Three(3, seconds=0.1))
    assert desk.until(again, "done").result is not None
    assert len(desk.trace("first")) == 2


def test_quick_jobs_do_not_wait_and_the_same_job_is_not_added_twice(desk: Any) -> None:
    desk.start()
    heavy = desk.submit(Three(1, seconds=60), dedupe="model")
    desk.pids("slow")
    assert desk.submit(Three(7), dedupe="model") == heavy
    other = desk.submit(Three(7), dedupe="another model")
    quick = desk.submit(Quick(1))
    assert desk.until(quick, "done").result == {"first": 2}
    assert client.status(desk.settings, other).state == "queued"
    running = client.status(desk.settings, heavy)
    assert running.state == "running"
    assert 1 / 3 <= running.fraction < 2 / 3
    client.cancel(desk.settings, heavy)
    client.cancel(desk.settings, other)
    assert desk.submit(Three(1, seconds=60), dedupe="model") != heavy


def test_a_failure_reaches_the_person_as_a_message_and_a_hint(desk: Any) -> None:
    desk.start()
    refused, crashed, vanished = (desk.submit(job) for job in (Refused(), Crashed(), Vanished()))
    unknown = desk.submit(Unheard())
    assert desk.until(refused, "failed").error == {"message": "The column is missing.", "hint": "Add it."}
    error = desk.until(crashed, "failed").error
    assert error is not None
    assert "secret" not in error["message"]
    name = error["message"].partition("reference ")[2].rstrip(").")
    log = (desk.settings.run / "worker.log").read_text()
    assert f"reference={name}" in log
    assert "ZeroDivisionError: a secret detail" in log
    assert "exit code 9" in (desk.until(vanished, "failed").error or {})["message"]
    assert "unheard of" in (desk.until(unknown, "failed").error or {})["message"]


def test_a_second_worker_goes_away_and_a_tied_one_ends_with_its_parent(desk: Any) -> None:
    tied = desk.start("--tied")
    desk.wait_for(lambda: client.worker_alive(desk.settings))
    assert desk.start().wait(timeout=PATIENCE_SECONDS) == 1
    assert tied.stdin is not None
    tied.stdin.close()
    tied.stdin = None
    assert tied.wait(timeout=PATIENCE_SECONDS) == 0
    assert not client.worker_alive(desk.settings)


def test_the_supervisor_replaces_a_worker_that_was_killed(desk: Any) -> None:
    supervisor = Supervisor(desk.settings, module="tests.contract.slow_jobs")
    supervisor.start()
    try:
        first = desk.wait_for(lambda: client.worker_alive(desk.settings) and supervisor._worker)
        first.kill()
        desk.wait_for(lambda: supervisor._worker not in {None, first} and client.worker_alive(desk.settings))
        job = desk.submit(Quick(2))
        assert desk.until(job, "done").result == {"first": 4}
    finally:
        supervisor.stop()
    assert not client.worker_alive(desk.settings)


def test_a_new_worker_ends_the_runs_that_a_dead_one_left_in_the_registry(desk: Any) -> None:
    from core.registry import store

    opened = store.client(desk.settings)
    experiment = store.experiment(opened, desk.settings, "hotel")
    left = opened.create_run(experiment, tags={store.JOB: "a job of long ago"}).info.run_id
    desk.start(module="core.worker")
    desk.wait_for(lambda: opened.get_run(left).info.status == "KILLED")
    assert "failed" not in (desk.settings.home / "workers.txt").read_text()


def test_a_worker_that_cannot_start_says_why_in_its_log(desk: Any) -> None:
    """A bare traceback says nothing to the person who looks into the log."""
    desk.settings.run.mkdir(parents=True, exist_ok=True)
    (desk.settings.home / "jobs.db").write_text("this is no database " * 999)
    assert desk.start(module="core.worker").wait(timeout=PATIENCE_SECONDS) == 1
    text = (desk.settings.home / "workers.txt").read_text()
    assert "The worker cannot start" in text
    assert "Traceback" not in text
