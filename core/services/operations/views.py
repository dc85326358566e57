"""What the room tells people: backups and restores that were done, numbers for monitoring."""

from dataclasses import dataclass
from pathlib import Path

from core.health.report.document import HealthDocument
from core.services.shadow.views import ShadowDocument


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What is in the backup, and what is not.

    Attributes:
        missing: files that the database names and that were not there.
        damaged: files that are not as they were written, databases with what is wrong in them: saved as
            they are.
        uncovered: parts on a server, each with the way to save it.
    """

    file: Path
    files: int
    bytes: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    uncovered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was put in place: the moment of the backup, and what it does not hold.

    Attributes:
        damaged: what was damaged when it was saved, and is so again.
    """

    made: str
    files: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    uncovered: tuple[str, ...]
    finished: bool = False


@dataclass(frozen=True, slots=True)
class ModelGauges:
    """One model.

    Attributes:
        batches: kind -> (batches, rows) that were taken in.
        deliveries: (door, outcome) -> deliveries.
        guard: of the version in production; None where it has none.
    """

    name: str
    version: str | None
    health: HealthDocument | None
    batches: dict[str, tuple[int, int]]
    deliveries: dict[tuple[str, str], int]
    guard: ShadowDocument | None = None


@dataclass(frozen=True, slots=True)
class Gauges:
    """Everything at one moment; `jobs` are queued or running."""

    models: tuple[ModelGauges, ...]
    jobs: int
    worker: bool
