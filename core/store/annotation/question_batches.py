"""Questions that were sent together, with those drawn at random: entries of the audit trail."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlmodel import Session, func, select

from core.store import audit
from core.store.annotation import suspects
from core.store.tables import Audit, Scan

ACTION = "send suspects"
MOST = 100_000
"""Entries that are read: all of them."""


@dataclass(frozen=True, slots=True)
class QuestionBatch:
    """One sending.

    Attributes:
        scan: id of the search whose rows were asked about.
        rows: their ids, in the order of the questions.
        drawn: places in it of the rows drawn at random.
        known: number of the last event before the draw.
        among: the two labels to whose rows the draw was confined; None where it was from all rows.
    """

    scan: int
    rows: Sequence[str]
    drawn: Sequence[int]
    known: int
    among: Sequence[str] | None = None


def add(session: Session, model_id: int, by: str, batch: QuestionBatch, questions: int) -> None:
    """Write down what was sent, in the transaction that asks it; so many `questions` are new."""
    audit.add(session, model_id, by, ACTION, {"questions": questions, **asdict(batch)})


def count(session: Session, model_id: int) -> int:
    """How many sendings there were."""
    mine = select(func.count()).select_from(Audit).where(Audit.model_id == model_id, Audit.action == ACTION)
    return session.exec(mine).one()


def of_scan(session: Session, scan: Scan) -> list[QuestionBatch]:
    """The sendings with random rows of those and the labels that this search is of, oldest first.

    Those of an earlier search count where it was of the same rows with the same labels. Entries of versions
    that wrote down chances in place of the order say nothing here.
    """
    same = {
        other.id
        for other in suspects.scans(session, scan.model_id)
        if other.id == scan.id or _population(other) == _population(scan) is not None
    }
    names = QuestionBatch.__dataclass_fields__
    return [
        QuestionBatch(**{name: entry.body[name] for name in names})
        for entry in reversed(audit.entries(session, scan.model_id, MOST, actions={ACTION}))
        if entry.body.get("scan") in same and entry.body["drawn"]
    ]


def _population(scan: Scan) -> str | None:
    population: str | None = scan.summary.get("population")
    return population
