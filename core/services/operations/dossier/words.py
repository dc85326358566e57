"""Short sentences that answers and sections share."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from core.services.deployment.reasons import OVERRIDES
from core.services.operations.dossier.evidence import Evidence, moment
from core.services.operations.dossier.views import Cell
from core.store.tables import Deployment, Trial

STATES = {
    "refused": "refused",
    "declined": "declined",
    "lapsed": "lapsed",
    "proposed": "proposed",
    "intended": "proposed",
}
NEVER = "never deployed"


def state(evidence: Evidence) -> str:
    """What became of the version, in a few words."""
    decision, champion = evidence.decision, evidence.champion
    if decision is None:
        return NEVER
    if decision.state == "done":
        is_live = champion is not None and champion.version == evidence.version
        return "in production" if is_live else "was in production"
    return STATES[decision.state]


def verb(decision: Deployment) -> str:
    """What the decision was, e.g. "promoted in place of version 1"."""
    if decision.kind == "first":
        return "put into production as the first champion"
    of = f"in place of version {decision.previous}"
    return f"promoted {of}" if decision.kind == "promote" else f"brought back {of}"


def override(decision: Deployment | None) -> str:
    """The kind of an override as people read it; empty without one."""
    return OVERRIDES.get(decision.override, decision.override) if decision and decision.override else ""


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> count(1, "look"), count(1200, "look")
    ('1 look', '1,200 looks')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed_counts(words: Iterable[str]) -> str:
    """How often each stands there, most often first.

    >>> listed_counts(["a", "b", "a"])
    '2 a, 1 b'
    """
    return ", ".join(f"{times:,} {word}" for word, times in Counter(words).most_common())


def cell(value: Any) -> Cell:
    """A value as it can stand in a table: documents as text."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return (
        "; ".join(f"{key}: {cell(part)}" for key, part in value.items())
        if isinstance(value, dict)
        else (", ".join(str(cell(part)) for part in value) if isinstance(value, list | tuple) else str(value))
    )


def score(trial: Trial, metric: str) -> str:
    """The cross-validated metric of a trial with its interval; "-" without one.

    >>> score(Trial(cv={"accuracy": {"value": 0.91234, "low": 0.9, "high": 0.92}}), "accuracy")
    '0.9123 (0.9000 to 0.9200)'
    """
    entry = (trial.cv or {}).get(metric)
    if not entry or entry.get("value") is None:
        return "-"
    if entry.get("low") is None:
        return f"{entry['value']:.4f}"
    return f"{entry['value']:.4f} ({entry['low']:.4f} to {entry['high']:.4f})"


def when(evidence: Evidence) -> str:
    """The moment of the decision, or that there was none."""
    return moment(evidence.at) if evidence.decision else "never"
