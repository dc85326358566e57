"""The job that searches the labels for mistakes."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from core.jobs.job import ModelJob, job, step
from core.jobs.spec import StepContext

On: TypeAlias = Literal["training", "all"]
"""Which labelled rows are searched."""


@job("scan", "Find suspected labels")
@dataclass(frozen=True, slots=True, kw_only=True)
class Scan(ModelJob):
    """Search the labels of a model for mistakes.

    Attributes:
        on: which labelled rows: those of the training only, or those of the log as well.
    """

    on: On = "training"


@step(Scan)
def search(context: StepContext[Scan]) -> dict[str, Any]:
    """Search; the same labels are not searched twice."""
    return search_labels(context, context.args.model, context.args.on)


def search_labels(context: StepContext[Any], model: str, on: On) -> dict[str, Any]:
    """Search the labels of the model in a step of any job."""
    from core.services.label_errors.scan import scan

    with context.workspace() as ws:
        return scan(ws, model, on, context.work, context.progress)
