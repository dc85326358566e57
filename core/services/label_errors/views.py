"""What the room tells people: the newest search, and one suspect with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.label_errors.audit import Standing
from core.label_errors.label_noise import Errors
from core.label_errors.rules import RULES
from core.services.annotation.items import ItemPayload
from core.services.annotation.views import ExpertsDocument


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
        counted: how far "how many labels are wrong?" is; None before the first answer.
        mixed_up: the same of "are these two classes mixed up?", by pair.
        decided: after how many answers the first was known near enough; None before.
        settled, accepted: of the newest suggestions that experts settled, how many they accepted.
        processor_seconds: what the search took, all threads together; None when that was not kept.
        left_out: [{name, seconds}] of models that were too dear to vote, with the foretold processor seconds
            of one fit.
        population: hash of the rows and their given labels.
        experts: how several people agree and how good each is; None with fewer than two.
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
    counted: Standing | None = None
    mixed_up: list[tuple[list[str], Standing]] = field(default_factory=list)
    population: str | None = None
    experts: ExpertsDocument | None = None

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
class Question:
    """How far a question to experts is, for people.

    Attributes:
        sentence: what the answers say by now.
        progress: 0 nothing is shown, 1 it is decided; -1 it is decided for the lesser of two claims.
        left: further random rows that are expected to decide it; 0: it is decided; None: it cannot be told.
        ends: words at the ends of the bar; the first is empty where there is one claim.
    """

    sentence: str
    progress: float
    left: int | None
    ends: tuple[str, str]


def number_sentence(errors: Errors, counted: Standing | None) -> str:
    """The number of wrong labels.

    >>> number_sentence(Errors(24.2, 0.0, 83.0, 12), None)
    'The models guess 24 wrong labels (0-83); answers about random rows say how many there are.'
    >>> number_sentence(Errors(24.2, 16.0, 41.0, 60), Standing(4000, 16, 310, 12, 90, 0.1))
    'Estimated wrong labels: 24 (16-310), by 60 answers, 12 of them about random rows.'
    """
    if counted is None or not counted.drawn:
        interval = f"({errors.low:,.0f}-{errors.high:,.0f})"
        return (
            f"The models guess {errors.value:,.0f} wrong labels {interval}; answers about random rows say "
            "how many there are."
        )
    value = min(max(errors.value, counted.low), counted.high)
    return (
        f"Estimated wrong labels: {value:,.0f} ({counted.low:,}-{counted.high:,}), by {errors.reviewed:,} "
        f"answers, {counted.drawn:,} of them about random rows."
    )


def is_weak(summary: ScanSummary) -> bool:
    """Whether fewer of the suspects are expected to be wrong than a list should hold."""
    curve = summary.curve
    return bool(curve and curve["fixed"][-1] < RULES.search.weak * curve["answers"][-1])


def how_many(summary: ScanSummary) -> Question:
    """How far "how many labels are wrong?" is."""
    now, ends = summary.counted, ("", "near enough")
    if now is None or not (now.drawn or summary.decided):
        return Question(
            "How many labels are wrong? Random rows say so.", 0.0, now.left if now else None, ends
        )
    between = f"{now.low:,} to {now.high:,} of {now.rows:,} labels are wrong"
    if summary.decided:
        return Question(f"Near enough after {summary.decided:,} answers: {between}.", 1.0, 0, ends)
    sentence = f"How many labels are wrong? By {now.drawn:,} random rows {between}."
    return Question(sentence, now.progress, now.left, ends)


def mixed_up(summary: ScanSummary, pair: Sequence[str]) -> Question:
    """How far "are these two classes mixed up?" is."""
    known = {tuple(names): standing for names, standing in summary.mixed_up}
    one, other = sorted(pair)
    return _mixed_up(one, other, known.get((one, other), NOTHING))


NOTHING = Standing(rows=0, low=0, high=0, drawn=0, left=None, progress=0.0)


def _mixed_up(one: str, other: str, now: Standing) -> Question:
    """In words.

    >>> _mixed_up("cat", "dog", Standing(900, 40, 130, 80, 0, 1.0)).sentence
    'cat and dog are mixed up: of 900 labels of the two 4 to 14 % should be the other, by 80 random rows.'
    """
    ends, rules = ("not more than usual", "mixed up"), RULES.audit
    usual = f"{100 * rules.usual:.0f} %"
    if not now.drawn and now.left != 0:
        sentence = f"Are {one} and {other} mixed up in more than {usual} of their labels? Random rows say so."
        return Question(sentence, 0.0, now.left, ends)
    share = (
        f"of {now.rows:,} labels of the two {100 * now.low / now.rows:.0f} to "
        f"{100 * now.high / now.rows:.0f} % should be the other, by {now.drawn:,} random rows."
    )
    if now.left != 0:
        sentence = f"Are {one} and {other} mixed up in more than {usual} of their labels? So far:"
        return Question(f"{sentence} {share}", now.progress, now.left, ends)
    claim = "are mixed up" if now.progress > 0 else "are not mixed up more than usual"
    return Question(f"{one} and {other} {claim}: {share}", now.progress, 0, ends)
