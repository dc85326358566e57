"""A trial that is killed at any moment while it is logged is logged once in the end."""

import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.jobs import child
from core.jobs.runner import StepCall
from core.jobs.spec import Cancelled, StepContext
from core.registry import store, trials
from core.settings import Settings

pytestmark = pytest.mark.processes
KILLS_AFTER_SECONDS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)


def log(context: StepContext[None]) -> dict[str, Any]:
    from sklearn.dummy import DummyClassifier

    rows = pd.DataFrame({"nights": [1.0, 2.0]})
    context.progress(0.5, "logging")
    record = trials.TrialRecord(
        registry_name="hotel",
        run_name="dummy",
        fingerprint="f",
        job_id=context.job_id,
        params={},
        metrics={},
        datasets=[],
        estimator=DummyClassifier().fit(rows, ["a", "b"]),
        input_example=rows,
    )
    logged = trials.log_trial(context.settings, record)
    return {"run_id": logged.run_id, "version": logged.version}


def test_a_trial_killed_again_and_again_is_registered_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "LOOK_SECONDS", 0.01)
    settings = Settings(home=tmp_path)
    opened = store.client(settings)
    child.prepare()
    call = StepCall(settings, "job", log, None, {}, tmp_path / "work")
    assert sum(_killed_after(call, delay) for delay in KILLS_AFTER_SECONDS) > 2
    result = child.run(call, _ignore, lambda: False)
    assert child.run(call, _ignore, lambda: False) == result
    experiment = store.experiment(opened, settings, "hotel")
    runs = opened.search_runs([experiment])
    assert [run.info.run_id for run in runs if run.info.status == "FINISHED"] == [result["run_id"]]
    assert not [run for run in runs if run.info.status == "RUNNING"]
    versions = opened.search_model_versions("name = 'hotel'")
    assert [str(version.version) for version in versions] == [result["version"]]


def _killed_after(call: StepCall, delay: float) -> bool:
    """Kill the step this long after it began to log; False when it was faster."""
    began: list[float] = []
    try:
        child.run(
            call,
            lambda *_: began.append(time.monotonic()),
            lambda: bool(began) and time.monotonic() > began[0] + delay,
        )
    except Cancelled:
        return True
    return False


def _ignore(fraction: float, message: str) -> None: ...
