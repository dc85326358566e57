"""The table of job kinds: what the worker can do, step by step.

Every kind but "demo", "look", "try" and "registered" is about one model, whose name is `args["model"]`.
"""

from collections.abc import Mapping
from typing import Any

from core.jobs.spec import JobKind

MONITOR = "core.services.monitoring.monitor:refresh_step"

JOBS: dict[str, JobKind] = {
    kind.name: kind
    for kind in (
        JobKind(
            "demo",
            "Set up the demo",
            (
                "core.services.onboarding.demo:hotel_step",
                "core.services.onboarding.demo:hotel_health_step",
                "core.services.onboarding.demo:digits_step",
                "core.services.onboarding.demo:digits_health_step",
                "core.services.onboarding.demo:digits_suspects_step",
                "core.services.onboarding.demo:hotel_suspects_step",
            ),
            weights=(15, 10, 3, 3, 30, 60),
        ),
        JobKind(
            "look", "Look at the rows", ("core.services.onboarding.draft.preview:look_step",), quick=True
        ),
        JobKind("try", "Test a card", ("core.services.onboarding.draft.test_draft:try_step",), quick=True),
        JobKind(
            "registered",
            "List the registry",
            ("core.services.onboarding.registry_versions:list_step",),
            quick=True,
        ),
        JobKind(
            "connect",
            "Connect",
            (
                "core.services.onboarding.connect_job:connect_step",
                MONITOR,
                "core.services.onboarding.connect_job:suspects_step",
            ),
            weights=(6, 2, 4),
        ),
        JobKind(
            "ingest", "Take in a file", ("core.services.ingestion.ingest:ingest_step", MONITOR), quick=True
        ),
        JobKind(
            "poll",
            "Look for new data",
            ("core.services.ingestion.poll:poll_step", "core.services.ingestion.poll:monitor_step"),
            quick=True,
        ),
        JobKind(
            "deliver",
            "Take in a delivery",
            ("core.services.ingestion.accept_delivery:step", MONITOR),
            quick=True,
        ),
        JobKind("monitor", "Check the health", (MONITOR,), quick=True),
        JobKind("scan", "Find suspected labels", ("core.services.label_errors.suspect_list:scan_step",)),
        JobKind(
            "retrain",
            "Retrain",
            (
                "core.services.experiments.train_steps:prepare",
                "core.services.experiments.train_steps:fit",
                "core.services.experiments.register_trial:register",
            ),
            weights=(1, 8, 2),
        ),
        JobKind("compare", "Compare with the champion", ("core.services.experiments.compare:step",)),
        JobKind("promote", "Promote", ("core.services.deployment.promote:promote_step", MONITOR), quick=True),
        JobKind(
            "rollback", "Roll back", ("core.services.deployment.promote:rollback_step", MONITOR), quick=True
        ),
    )
}

_SAME_WORK = {
    "monitor": frozenset({"demo", *(name for name, kind in JOBS.items() if MONITOR in kind.steps)}),
    "scan": frozenset({"scan", "connect", "demo"}),
    "promote": frozenset({"promote", "rollback"}),
    "rollback": frozenset({"promote", "rollback"}),
}
HOTEL, DIGITS = "hotel-cancellations", "handwritten-digits"
"""What the job "demo", which names no model, is about."""


def does(kind: str, args: Mapping[str, Any], work: str, model: str) -> bool:
    """Whether a job of that kind and these arguments does that work for the model, maybe as one of its steps.

    A second job of that work would do the same again, or stand in its way.

    >>> does("connect", {"model": "shop"}, "scan", "shop"), does("demo", {}, "scan", "shop")
    (True, False)
    """
    about = model in {"", HOTEL, DIGITS} if kind == "demo" else args.get("model", "") == model
    return about and kind in _SAME_WORK.get(work, {work})
