"""What can be chosen from the registry: listed by a job, because the pages do not know MLflow."""

from dataclasses import asdict
from typing import Any

from core.jobs.spec import StepContext
from core.registry.listing import list_versions


def list_step(context: StepContext) -> dict[str, Any]:
    """Job step: the registered versions, the champion of each model first."""
    context.progress(0.1, "Asking the registry")
    return {"registered": [asdict(each) for each in list_versions(context.settings)]}
