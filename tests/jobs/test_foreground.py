from dataclasses import dataclass
from typing import Any

import pytest

from core.errors import CaretakerError, DataError
from core.jobs import foreground
from core.jobs.job import Job, StepFunction, job, step
from core.jobs.spec import StepContext


@dataclass(frozen=True)
class Number(Job):
    """A number."""

    number: int = 3


def double(context: StepContext[Number]) -> dict[str, Any]:
    context.progress(0.5, "doubling")
    (context.work / "kept").write_text("kept")
    return {"double": context.args.number * 2}


def add(context: StepContext[Number]) -> dict[str, Any]:
    context.progress(1.0, (context.work / "kept").read_text())
    return {"sum": context.state["double"] + 1}


def refuse(context: StepContext[Number]) -> dict[str, Any]:
    raise DataError("The file is empty.", "Send rows.")


def crash(context: StepContext[Number]) -> dict[str, Any]:
    raise KeyError("a secret detail")


def run(
    settings: Any, *steps: StepFunction[Number], weights: tuple[float, ...] = ()
) -> tuple[dict[str, Any], list[Any]]:
    seen: list[Any] = []
    kind = job("job", "Job")(Number)
    for function, weight in zip(steps, weights or (1,) * len(steps), strict=True):
        step(kind, weight=weight)(function)
    result = foreground.run(settings, kind(), lambda *at: seen.append(at))
    return result, seen


def test_steps_see_the_results_and_files_of_the_earlier_ones(settings: Any) -> None:
    result, seen = run(settings, double, add, weights=(3, 1))
    assert result == {"double": 6, "sum": 7}
    assert seen == [(0.375, "doubling"), (1.0, "kept")]
    assert list((settings.run / "jobs").iterdir()) == []


def test_a_refusal_passes_as_it_is(settings: Any) -> None:
    with pytest.raises(DataError, match=r"The file is empty\."):
        run(settings, double, refuse)


def test_a_crash_becomes_a_reference_to_the_log(settings: Any) -> None:
    with pytest.raises(CaretakerError, match=r"reference [0-9a-f]{8}") as seen:
        run(settings, crash)
    assert "secret" not in str(seen.value)
    name = seen.value.message.partition("reference ")[2][:8]
    log = (settings.run / "worker.log").read_text()
    assert f"reference={name}" in log
    assert "a secret detail" in log
