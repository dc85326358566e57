"""What the room tells people: how far a queue is, what was refused, a revision, an import."""

from dataclasses import dataclass
from datetime import datetime

from typing_extensions import TypedDict

from core.services.annotation.class_rules.views import (
    ConfusedView,
    RuleEffect,
    confused_sentence,
    effect_sentence,
)
from core.services.annotation.items import ItemPayload


class RefusedAnnotation(TypedDict):
    """An annotation that cannot be taken in, and why."""

    uid: str
    """The name that the tab gave it."""
    message: str
    """What is wrong."""
    hint: str
    """What to do next."""


class LeaseSummary(TypedDict):
    """Items that one person has."""

    person: str
    """Who has them."""
    mine: bool
    """Whether it is the same person in another tab."""
    number: int
    """How many."""
    since: str
    """Since when (UTC, ISO 8601)."""
    until: str
    """Until when at the latest if their tab is closed; an open one renews its leases (UTC, ISO 8601)."""


@dataclass(frozen=True, slots=True)
class QueueProgress:
    """How far the queue is; what only the end card shows is null for a tab that has items to show."""

    open: int
    """Items that still need an annotation, without those this person passed on."""
    done: int
    """Items that need no further annotation (of everybody), plus those this person passed on."""
    total: int
    """All items."""
    changed: int | None
    """Annotated items whose label was changed."""
    kept: int | None
    """Annotated items whose label was confirmed."""
    unsure: int | None
    """Items that nobody could settle."""
    flagged: int | None
    """Items that are broken themselves."""
    conflict: int | None
    """Items on which annotators differ."""
    skipped: int
    """Items that this person passed on."""
    waiting: int | None
    """Open items that this person has annotated and somebody else has not."""
    elsewhere: list[LeaseSummary]
    """Who has the open items that are kept from this tab; while it has items, its person's other tabs."""
    per_minute: float | None
    """Pace of the latest annotations; null when nobody annotates just now."""


OUTCOMES = ("changed", "kept", "unsure", "flagged", "conflict")


@dataclass(frozen=True, slots=True)
class QueueStanding:
    """What a tab is told with every reply."""

    closed: list[int]
    """Held items that need no annotation any more: annotated by others, or withdrawn."""
    lost: dict[int, str]
    """Held items that are with somebody else by now, or in another tab: item -> who has it."""
    progress: QueueProgress
    """How far the queue is."""


@dataclass(frozen=True, slots=True)
class RevisionView:
    """A revision, for people.

    Attributes:
        rows: labelled rows; `corrections`: how many of them carry another label than the given one.
        event_seq: number of the last label event that is in it.
    """

    id: int
    number: int
    content_hash: str
    event_seq: int
    rows: int
    corrections: int
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """How many annotations were new, how many known, and sentences about the rows that were left out."""

    new: int
    known: int
    left_out: tuple[str, ...] = ()


class AgreementView(TypedDict):
    """How far people agree beyond chance."""

    value: float | None
    """1 always, 0 as often as by chance; null where it is not defined."""
    low: float | None
    """Lower end of its 95 % interval."""
    high: float | None
    """Upper end."""
    rows: int
    """Rows that two people or more labelled."""


class PairView(AgreementView):
    """Cohen's kappa of two people."""

    experts: list[str]
    """Who they are."""


class QualityView(TypedDict):
    """How often the labels of one person are right."""

    expert: str
    """Who it is."""
    value: float | None
    """Share of their labels that are right; null while it cannot be told."""
    low: float | None
    """Lower end of its 95 % interval."""
    high: float | None
    """Upper end."""
    rows: int
    """Rows that this person labelled."""


class SuggestedLabel(TypedDict):
    """What the votes, and the models, say of a row on which people differ."""

    row_id: str
    """The row."""
    label: str
    """The likeliest class."""
    probability: float
    """How likely it is."""


class ExpertsDocument(TypedDict):
    """How several experts agree, and how good each of them is."""

    people: int
    """Who labelled something."""
    conflicts: int
    """Rows on which they differ and which nobody has settled."""
    agreement: AgreementView
    """Krippendorff's alpha of all of them."""
    pairs: list[PairView]
    """Cohen's kappa of each two who share rows, most rows first."""
    quality: list[QualityView]
    """Each of them."""
    suggestions: list[SuggestedLabel]
    """Of the rows in conflict."""
    confused: ConfusedView | None
    """The two classes that they confuse most; null where nobody differs."""
    rules: list[RuleEffect]
    """How far they agree on two classes before and after each rule that was adopted."""


@dataclass(frozen=True, slots=True, order=True)
class ConflictVote:
    """What one person chose.

    Attributes:
        text: for people, also where it is no label.
        label: None where the person does not know.
    """

    expert: str
    text: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row on which experts differ.

    Attributes:
        item: None when the lake no longer has the row.
        votes: of each person, in the order of the names that are displayed.
        suggestion: by the votes and the models; None until they were weighed.
    """

    row_id: str
    item: ItemPayload | None
    votes: tuple[ConflictVote, ...]
    suggestion: SuggestedLabel | None

    @property
    def labels(self) -> list[str]:
        """What was chosen, the suggested one first."""
        suggested = [self.suggestion["label"]] if self.suggestion else []
        return list(dict.fromkeys(suggested + [vote.label for vote in self.votes if vote.label is not None]))


def sentences(document: ExpertsDocument) -> list[str]:
    """What is told of several experts: how far all agree, how far each two of them, how good each is."""
    return [
        agreement_sentence(document),
        *map(pair_sentence, document["pairs"]),
        *map(quality_sentence, document["quality"]),
        *([confused_sentence(document["confused"])] if "confused" in document else []),
        *map(effect_sentence, document.get("rules", [])),
    ]


def agreement_sentence(document: ExpertsDocument) -> str:
    """How far all of them agree.

    >>> agreement: AgreementView = {"value": 0.712, "low": 0.6, "high": 0.83, "rows": 140}
    >>> document = {"people": 3, "agreement": agreement}
    >>> agreement_sentence(document)
    '3 experts agree by .71 beyond chance (.60 to .83; 1 is always, 0 chance; alpha of 140 rows).'
    >>> agreement_sentence({"people": 2, "agreement": {**agreement, "value": None, "rows": 0}})
    'How far 2 experts agree cannot be told yet: they share no row.'
    """
    known, people = document["agreement"], document["people"]
    if known["value"] is None:
        why = "they chose one class only" if known["rows"] else "they share no row"
        return f"How far {people} experts agree cannot be told yet: {why}."
    return (
        f"{people} experts agree by {_digits(known['value'])} beyond chance ({_ends(known)}; 1 is always, "
        f"0 chance; alpha of {known['rows']:,} rows)."
    )


def pair_sentence(pair: PairView) -> str:
    """How far two of them agree.

    >>> pair_sentence({"experts": ["A", "B"], "value": 0.5, "low": 0.2, "high": 0.7, "rows": 60})
    'A and B: kappa .50 (.20 to .70; 60 rows).'
    """
    names = " and ".join(pair["experts"])
    if pair["value"] is None:
        return f"{names}: kappa cannot be told of {pair['rows']:,} rows of one class."
    return f"{names}: kappa {_digits(pair['value'])} ({_ends(pair)}; {pair['rows']:,} rows)."


def quality_sentence(one: QualityView) -> str:
    """How good one of them is.

    >>> quality_sentence({"expert": "Expert A", "value": 0.9312, "low": 0.88, "high": 0.96, "rows": 120})
    'Expert A: 93 % of 120 labels are right (88 to 96 %).'
    >>> quality_sentence({"expert": "Expert B", "value": None, "low": None, "high": None, "rows": 9})
    'Expert B: cannot be told yet of 9 labels.'
    """
    if one["value"] is None or one["low"] is None or one["high"] is None:
        return f"{one['expert']}: cannot be told yet of {one['rows']:,} labels."
    return (
        f"{one['expert']}: {100 * one['value']:.0f} % of {one['rows']:,} labels are right "
        f"({100 * one['low']:.0f} to {100 * one['high']:.0f} %)."
    )


def _ends(known: AgreementView) -> str:
    return f"{_digits(known['low'])} to {_digits(known['high'])}"


def _digits(number: float | None) -> str:
    return f"{number or 0:.2f}".replace("0.", ".", 1)
