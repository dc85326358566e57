"""Kinds of alerts, and every number that decides when one opens, is told again and closes."""

from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

Kind = Literal["performance", "estimate", "data_fault", "volume", "freshness", "labels", "guard"]
Severity = Literal["amber", "red"]

KINDS: Final[dict[Kind, str]] = {
    "performance": "the measured metric fell",
    "estimate": "the estimated metric fell",
    "data_fault": "a column or the predictions are broken",
    "volume": "too few rows, or copies",
    "freshness": "rows are overdue",
    "labels": "labels are wrong or missing",
    "guard": "the version before is better",
}
"""Kind -> what it is about, for people."""
SEVERITIES: Final[dict[Severity, int]] = {"amber": 1, "red": 2}
"""Severity -> its rank."""
AT_ONCE: Final[frozenset[Kind]] = frozenset({"freshness", "guard"})
"""Kinds that nothing random ends: rows came, or another version is in production."""


@dataclass(frozen=True, slots=True)
class Route:
    """What one destination is told about a model.

    Attributes:
        destination: name of it, as the operator configured it.
        kinds: of alerts that go there; empty: all.
        least: severity from which on.
        digest: whether the model has its line in the weekly message.
    """

    destination: str
    kinds: tuple[Kind, ...] = ()
    least: Severity = "amber"
    digest: bool = False

    def takes(self, kinds: tuple[Kind, ...], severity: Severity) -> bool:
        """Whether an alert of these kinds goes there.

        >>> Route("ops", ("performance",)).takes(("data_fault", "performance"), "red")
        True
        >>> Route("ops", least="red").takes(("volume",), "amber")
        False
        """
        wide_enough = not self.kinds or bool(set(self.kinds) & set(kinds))
        return wide_enough and SEVERITIES[severity] >= SEVERITIES[self.least]


@dataclass(frozen=True, slots=True)
class AlertRules:
    """How the alerts of a model open and close, and who is told.

    Attributes:
        closes_after: readings of new data in a row without the condition, after which an alert closes; one is
            enough for kinds that nothing random ends (`AT_ONCE`).
        cool_down_hours: an alert whose condition comes back within so many hours is the same one, and its end
            is told only after them.
        routes: where alerts go, one for each destination.
    """

    closes_after: int = 2
    cool_down_hours: float = 24.0
    routes: tuple[Route, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """As a JSON document."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "AlertRules":
        """The inverse of `to_json`, which has lists in place of tuples.

        >>> rules = AlertRules(routes=(Route("ops", ("guard",), "red"),))
        >>> AlertRules.from_json(rules.to_json()) == rules
        True
        """
        routes = tuple(Route(**{**route, "kinds": tuple(route["kinds"])}) for route in document["routes"])
        return cls(**{**document, "routes": routes})


RULES: Final = AlertRules()
