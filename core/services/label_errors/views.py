"""What the room tells people: the newest search, and one suspect with its reasons."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.label_errors.label_noise import Errors, progress
from core.label_errors.rules import RULES
from core.services.annotation.items import ItemPayload


@dataclass(frozen=True, slots=True)
class ScanSummary:
    """The newest search.

    Attributes:
        on: "training" or "all".
        rows: scanned rows; flagged: suspects among them.
        refused: why no suspects can be found here, or None.
        errors: estimated number of wrong labels {value, low, high, reviewed}; None when refused.
        models: [{name, weight, log_loss}] that voted; of numbers [{name, weight, mae}].
        encoder: of the pictures or texts, whose vectors a model and the neighbours read; None without one.
        pairs: (given, suggested, suspects, expected errors), most first.
        points: of numbers, [given, expected, 1 for a suspect] of suspects and of a sample of the others.
        curve: {answers, fixed, low, high}: expected wrong labels found, in the order of the list; or None.
        changed: {from, rows} when rows only contradict an older world; None otherwise.
        unjudged: rows of classes too rare to judge.
        decided: after how many answers it was first known how many labels are wrong; None before.
        settled, accepted: of the newest suggestions that experts settled, how many they accepted.
        processor_seconds: what the search took, all threads together; None when that was not kept.
        left_out: [{name, seconds}] of models that were too dear to vote, with the foretold processor seconds
            of one fit.
    """

    id: int
    created_at: datetime
    on: str
    rows: int
    flagged: int
    refused: str | None
    errors: dict[str, float] | None
    knowledge: float
    models: list[dict[str, Any]]
    pairs: list[tuple[str, str, int, float]]
    points: list[list[float]]
    curve: dict[str, list[float]] | None
    changed: dict[str, Any] | None
    unjudged: int
    seconds: float
    settled: int
    accepted: int
    processor_seconds: float | None = None
    left_out: list[dict[str, Any]] = field(default_factory=list)
    encoder: str | None = None
    decided: int | None = None

    @property
    def number(self) -> Errors | None:
        """The estimated number of wrong labels."""
        if self.errors is None:
            return None
        ends = {name: self.errors[name] for name in ("value", "low", "high")}
        return Errors(**ends, reviewed=int(self.errors["reviewed"]))


@dataclass(frozen=True, slots=True)
class Vote:
    """The class a model, trained without the row, finds likeliest; or the number that it expects."""

    model: str
    label: str
    probability: float | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A similar row, its current label and its distance (1 = a usual spread of one feature)."""

    id: str
    label: str
    distance: float
    item: ItemPayload | None


@dataclass(frozen=True, slots=True)
class Card:
    """A suspect, ready to be shown.

    Attributes:
        interval: of a number, where 9 in 10 sound labels of such rows lie.
        reasons: name of the reason -> sentence with numbers.
        state: new, sent or settled.
        item: the row itself; None when the lake no longer has it.
    """

    id: str
    given_label: str
    suggested: str
    p_error: float
    impact: float
    rank: int
    reasons: dict[str, str]
    state: str
    item: ItemPayload | None
    interval: tuple[float, float] | None
    votes: tuple[Vote, ...]
    neighbours: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class QuestionProgress:
    """How far a question to experts is.

    Attributes:
        sentence: the question with what is left, or what was decided.
        share: of the answers that are expected to be needed, 0 to 1.
    """

    sentence: str
    share: float


def number_sentence(errors: Errors) -> str:
    """The number of wrong labels.

    >>> number_sentence(Errors(24.2, 0.0, 83.0, 12))
    'The models guess 24 wrong labels (0-83); how many there are can be told after 40 answers (12 so far).'
    >>> number_sentence(Errors(24.2, 16.0, 41.0, 60))
    'Estimated wrong labels: 24 (16-41), by 60 answers.'
    """
    interval = f"({errors.low:,.0f}-{errors.high:,.0f})"
    if errors.reviewed < RULES.answers.few:
        return (
            f"The models guess {errors.value:,.0f} wrong labels {interval}; how many there are can be told "
            f"after {RULES.answers.few} answers ({errors.reviewed} so far)."
        )
    return f"Estimated wrong labels: {errors.value:,.0f} {interval}, by {errors.reviewed:,} answers."


def is_weak(summary: ScanSummary) -> bool:
    """Whether fewer of the suspects are expected to be wrong than a list should hold."""
    curve = summary.curve
    return bool(curve and curve["fixed"][-1] < RULES.search.weak * curve["answers"][-1])


def progress_of(summary: ScanSummary) -> QuestionProgress | None:
    """How far "how many labels are wrong?" is; None where the search was refused."""
    errors = summary.number
    if errors is None:
        return None
    if summary.decided:
        return QuestionProgress(
            f"Narrow enough to stop after {summary.decided:,} answers: {errors.low:,.0f} to "
            f"{errors.high:,.0f} of {summary.rows:,} labels are probably wrong. More answers make it surer.",
            1.0,
        )
    now = progress(errors, summary.rows)
    return QuestionProgress(
        f"How many labels are wrong? {now.answers:,} answered, about {now.left:,} left.",
        now.answers / max(now.answers + now.left, 1),
    )
