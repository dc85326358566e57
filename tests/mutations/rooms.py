"""Every mutation: room -> file or folder of tests that must notice it -> mutations."""

from tests.mutations import (
    annotation,
    declared,
    draws,
    health_change,
    health_faults,
    health_labels,
    health_reasons,
    health_seasons,
    health_verdicts,
    label_errors,
    record,
    rows,
    search,
    services,
    serving,
    stats,
    tables,
    training,
)
from tests.mutations.mutation import Mutation

PURE = ("health", "label_errors", "annotation", "training", "tables", "stats")
"""The rooms without IO: what decides, decides there."""

MUTATIONS: dict[str, dict[str, tuple[Mutation, ...]]] = {
    "health": health_change.MUTATIONS
    | health_faults.MUTATIONS
    | health_labels.MUTATIONS
    | health_reasons.MUTATIONS
    | health_seasons.MUTATIONS
    | health_verdicts.MUTATIONS
    | rows.MUTATIONS,
    "label_errors": label_errors.MUTATIONS,
    "annotation": annotation.MUTATIONS,
    "training": training.MUTATIONS | search.MUTATIONS,
    "tables": tables.MUTATIONS,
    "stats": stats.MUTATIONS | draws.MUTATIONS,
    "services": services.MUTATIONS | declared.MUTATIONS | serving.MUTATIONS | record.MUTATIONS,
}
