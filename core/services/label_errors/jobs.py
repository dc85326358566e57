"""The jobs about wrong labels: search for them, learn from answers, ask experts about a sample."""

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


@job("learn", "Learn from answers", quick=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class Learn(ModelJob):
    """Let experts' answers say how likely the labels of the newest search are wrong, and how many are."""


@step(Learn)
def recalibrate(context: StepContext[Learn]) -> dict[str, Any]:
    """Recalibrate and rank anew; no model is fitted."""
    from core.services.label_errors.learn import learn

    context.progress(0.0, "Weighing the answers")
    with context.workspace() as ws:
        return learn(ws, context.args.model)


@job("sample", "Ask for a blind sample of labels", quick=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(ModelJob):
    """Ask experts about random rows without their label: are labels the cause of a fall?

    Attributes:
        by: who asks for it, for the record.
    """

    by: str


@step(Sample)
def draw_sample(context: StepContext[Sample]) -> dict[str, Any]:
    """Draw the rows and put them into the queue."""
    from core.services.label_errors.sampling.blind_sample import ask

    context.progress(0.0, "Drawing the rows")
    with context.workspace() as ws:
        return {"rows": ask(ws, context.args.model, context.args.by)}


@job("first_labels", "Ask for labels of rows without one")
@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLabels(ModelJob):
    """Ask experts about rows that have no label: those first that the model is least sure of.

    Attributes:
        by: who asks for it, for the record.
        count: how many rows at most.
    """

    by: str
    count: int


@step(FirstLabels)
def choose_rows(context: StepContext[FirstLabels]) -> dict[str, Any]:
    """Choose the rows and put them into the queue."""
    from core.services.label_errors.sampling.unlabelled import ask

    with context.workspace() as ws:
        return {"rows": ask(ws, context.args.model, context.args.by, context.args.count, context.progress)}
