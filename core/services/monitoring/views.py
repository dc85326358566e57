"""What people are told of many models at once."""

from dataclasses import dataclass

from core.health.headline import Headline

ATTENTION = ("red", "amber", "grey", "green")
"""What needs attention first."""


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One model among many; its headline is None before its first check by this Caretaker."""

    name: str
    headline: Headline | None
    open_alerts: int = 0
    is_checked: bool = False

    @property
    def status(self) -> str:
        """Of a model that was not checked yet nothing is known."""
        return self.headline["status"] if self.headline else "grey"

    @property
    def urgency(self) -> tuple[int, float, str, str]:
        """Sorts by status, then the largest loss in tolerances, then the oldest data; by name where equal."""
        loss, until = (self.headline["loss"], self.headline["until"]) if self.headline else (0.0, None)
        age = until if isinstance(until, str) else "9999"  # numbers of rows have no age
        return ATTENTION.index(self.status), -loss, age, self.name
