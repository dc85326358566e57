"""The job of operations: make a dossier."""

from dataclasses import dataclass
from typing import Any

from core.jobs.job import ModelJob, job, step
from core.jobs.spec import StepContext


@job("dossier", "Make the dossier", quick=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier(ModelJob):
    """Compute the log anew and write everything about a version into one signed file of the home.

    Attributes:
        by: who asks for it; stands in it.
        version: of the model; None: the one in production.
    """

    by: str
    version: str | None = None


@step(Dossier)
def make_dossier(context: StepContext[Dossier]) -> dict[str, Any]:
    """Write the file; made again, it is another file."""
    from core.services.operations.dossier.make import make

    context.progress(0.0, "Computing the log anew")
    with context.workspace() as ws:
        path, document = make(ws, context.args.model, context.args.version, by=context.args.by)
    return {"file": path.name, "version": document["version"], "log": document["log"]["sentence"]}
