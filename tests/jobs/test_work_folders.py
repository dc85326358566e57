"""What a killed job wrote is gone once somebody works again, and nobody who lives loses a file."""

from typing import Any

from core.jobs import foreground
from core.jobs.runner import own_folder, remove_left, work_folder
from tests.jobs.test_foreground import double, run


def left(settings: Any, job_id: str) -> Any:
    """A folder as a process leaves it that was killed."""
    model = work_folder(settings, job_id) / "trial-1" / "model.skops"
    model.parent.mkdir(parents=True)
    model.write_bytes(b"large")
    return model


def test_a_command_takes_away_what_a_killed_one_left_and_nothing_else(settings: Any) -> None:
    dead, job = left(settings, f"{foreground.PREFIX}dead"), left(settings, "job-of-a-worker")
    with own_folder(settings, f"{foreground.PREFIX}alive") as alive:
        (alive / "kept").write_text("kept")
        run(settings, double)
        assert (alive / "kept").read_text() == "kept"
    assert (dead.exists(), alive.exists(), job.exists()) == (False, False, True)
    assert not dead.parents[1].exists()


def test_a_worker_that_begins_keeps_the_files_of_the_jobs_with_which_it_goes_on(settings: Any) -> None:
    goes_on, ended = left(settings, "one"), left(settings, "two")
    assert remove_left(settings, lambda name: name != "one") == ["two"]
    assert (goes_on.exists(), ended.exists()) == (True, False)


def test_without_any_job_nothing_is_removed(settings: Any) -> None:
    assert remove_left(settings, lambda _name: True) == []
