from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.registry import files, load, store, trials
from core.registry.reconcile import reconcile


def test_a_trial_is_logged_once_however_often_it_is_asked_for(settings: Any, record: Any) -> None:
    first = trials.log_trial(settings, record)
    assert trials.log_trial(settings, replace(record, job_id="job-2")) == first
    assert trials.find(settings, "hotel", "f1") == first
    assert trials.find(settings, "hotel", "f2") is None
    opened = store.client(settings)
    run = opened.get_run(first.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.metrics == {"roc_auc": 0.75}
    assert run.data.params == {"recipe": "logistic_regression"}
    assert run.inputs.dataset_inputs[0].dataset.name == "training"
    assert opened.get_model_version("hotel", first.version).tags[store.FINGERPRINT] == "f1"


def test_the_model_that_comes_back_answers_as_the_one_that_was_logged(
    settings: Any, record: Any, fitted: Any, rows: Any, tmp_path: Path
) -> None:
    path = files.save(fitted, tmp_path / "work" / "model.skops")
    logged = trials.log_trial(settings, replace(record, estimator=path))
    loaded = load.load_estimator(settings, "hotel", logged.version)
    complete = rows.fillna(0.0)
    np.testing.assert_array_equal(loaded.predict_proba(complete), fitted.predict_proba(complete))


def test_what_a_crash_left_is_ended_and_the_trial_logged_anew(
    settings: Any, record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        # A run that is made and never ended is what kill -9 leaves.
        patch.setattr(trials, "log_model", die)
        patch.setattr("mlflow.start_run", _NoRun)
        with pytest.raises(KeyboardInterrupt):
            trials.log_trial(settings, record)
    opened = store.client(settings)
    experiment = store.experiment(opened, settings, "hotel")
    (left,) = opened.search_runs([experiment])
    assert left.info.status == "RUNNING"
    assert reconcile(settings, ["job-1"]) == 0
    logged = trials.log_trial(settings, record)
    assert opened.get_run(left.info.run_id).info.status == "KILLED"
    assert logged.run_id != left.info.run_id
    assert reconcile(settings, []) == 0


def test_runs_of_dead_jobs_and_their_half_stored_models_are_put_away(settings: Any) -> None:
    opened = store.client(settings)
    experiment = store.experiment(opened, settings, "hotel")
    tags = {store.JOB: "dead", store.FINGERPRINT: "f"}
    dead = opened.create_run(experiment, tags=tags).info.run_id
    alive = opened.create_run(experiment, tags=tags | {store.JOB: "alive"}).info.run_id
    foreign = opened.create_run(experiment).info.run_id
    half = opened.create_logged_model(experiment, name="model", source_run_id=dead)
    assert reconcile(settings, ["alive"]) == 1
    assert [opened.get_run(run).info.status for run in (dead, alive, foreign)] == [
        "KILLED",
        "RUNNING",
        "RUNNING",
    ]
    assert half.model_id not in {model.model_id for model in opened.search_logged_models([experiment])}


def test_nothing_is_made_by_reconciling_a_home_without_a_registry(tmp_path: Path) -> None:
    from core.settings import Settings

    assert reconcile(Settings(home=tmp_path), []) == 0
    assert list(tmp_path.iterdir()) == []


class _NoRun:
    def __init__(self, **_: Any) -> None: ...

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...
