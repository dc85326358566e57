"""Broken here: a job starts that no worker can run, or pages load what only the worker should."""

import subprocess
import sys

import pytest

from core.errors import DataError
from core.jobs import foreground
from core.jobs.job import from_json
from core.services.jobs import JOBS
from core.settings import PROJECT, Settings

ARGUMENTS = {
    "monitor": {},
    "scan": {},
    "sample": {"by": "eve"},
    "first_labels": {"by": "eve", "count": 40},
    "learn": {},
    "retrain": {"by": "eve"},
    "search": {"by": "eve"},
    "refit": {"by": "eve"},
    "compare": {"by": "eve"},
    "freshen": {"by": "eve"},
    "ingest": {"paths": []},
    "poll": {},
    "join": {"by": "eve", "address": "shops.csv", "key": "shop"},
    "shadow": {},
    "replay": {"by": "eve", "version": "2"},
    "policies": {"by": "eve"},
    "dossier": {"by": "eve"},
    "deliver": {"path": "p", "sha256": "s", "kind": "labels", "by": "eve"},
    "promote": {"by": "eve", "version": "2", "reason": "because it is better"},
    "approve": {"by": "eve", "reason": "because it is better", "roles": ["engineer"]},
    "decline": {"by": "eve", "reason": "because it is not", "roles": ["engineer"]},
    "rollback": {"by": "eve", "reason": "because it is better"},
}
"""As the tables of the job library hold them: jobs that wait there must be understood after an update."""
OF_NO_MODEL = {"announce", "send_alerts", "demo", "look", "try", "registered"}
WITH_A_DRAFT = {"connect"}


def test_the_kinds_keep_their_names():
    assert set(JOBS) == {*ARGUMENTS, *OF_NO_MODEL, *WITH_A_DRAFT}


@pytest.mark.parametrize("kind", JOBS)
def test_every_job_has_steps_with_names_of_their_own(kind):
    names = [step.function.__name__ for step in JOBS[kind].declaration.steps]
    assert names
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", sorted(ARGUMENTS))
def test_every_kind_finds_its_model_under_the_same_word(kind, tmp_path):
    job = from_json(JOBS[kind], {"model": "nobody", **ARGUMENTS[kind]})
    with pytest.raises(DataError, match="no model 'nobody'"):
        foreground.run(Settings(home=tmp_path), job, lambda _f, _m: None)


@pytest.mark.processes
def test_submitting_loads_no_learning_library():
    """A page names a job by its arguments; what the steps need is the worker's."""
    code = (
        "import sys; from core.services.jobs import JOBS; from core.jobs import client;"
        "print({'sklearn', 'scipy', 'mlflow', 'skops', 'duckdb', 'dbos'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"
