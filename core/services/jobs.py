"""Every job that the worker can do: those that the rooms declare in their `jobs.py`."""

from core.jobs.job import declared_jobs
from core.services.alerts import jobs as alerts
from core.services.deployment import jobs as deployment
from core.services.experiments import jobs as experiments
from core.services.ingestion import jobs as ingestion
from core.services.label_errors import jobs as label_errors
from core.services.monitoring import jobs as monitoring
from core.services.onboarding import jobs as onboarding
from core.services.operations import jobs as operations
from core.services.shadow import jobs as shadow

JOBS = declared_jobs(
    monitoring, label_errors, experiments, ingestion, deployment, onboarding, shadow, operations, alerts
)
