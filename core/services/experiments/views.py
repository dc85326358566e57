"""What the room tells people: what a retraining would do, what came since, how two versions compare."""

from dataclasses import dataclass
from typing import Annotated, Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from core.services.experiments.gates.views import GateEntry, NotComputedEntry
from core.store.tables import Trial


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """One experiment that could be made.

    Attributes:
        title: of the recipe, or of what made the champion, for people.
        tried: what an earlier experiment on this very data came to; None when it is new.
        search: what is kept of an experiment that repeats one of a search, as its candidate writes it.
    """

    recipe: str
    title: str
    fingerprint: str
    tried: Trial | None
    search: dict[str, Any] | None = None


class MetricComparison(TypedDict):
    """One metric of champion and challenger on the same rows; a difference above 0 is better."""

    champion: float
    """Of the champion."""
    challenger: float
    """Of the challenger."""
    difference: float
    """Challenger against champion, in the metric's unit; above 0 the challenger is better."""
    low: float
    """Lower one-sided bound at `alpha`."""
    high: float
    """Upper one-sided bound at `alpha`."""
    p: float
    """Two-sided p value of no difference."""


class SmallSegment(TypedDict):
    """A segment that is too small to judge."""

    column: str
    """The column that is broken down."""
    value: str
    """The value in it."""
    n: int
    """Rows."""


class ComparedSegment(SmallSegment):
    """Champion and challenger in one segment."""

    difference: float | None
    """Challenger against champion; above 0 is better."""
    low: float | None
    """Lower end of the 90 % interval, not corrected for the number of segments."""
    high: float | None
    """Upper end of the same interval."""
    p_adjusted: float | None
    """Two-sided p value after Holm over all segments that could be judged."""
    verdict: str
    """worse or better (corrected), watch (worse without the correction) or no_difference."""


class LeakEntry(TypedDict, total=False):
    """Rows that training and holdout share; empty where the challenger was not trained here."""

    keys: int
    """By key."""
    contents: int
    """By content."""
    passed: bool
    """Whether both are 0."""


HoldoutEntry = TypedDict(
    "HoldoutEntry",
    {
        "number": Annotated[int, Field(description="Its number.")],
        "rows": Annotated[int, Field(description="Rows in it.")],
        "from": Annotated[str, Field(description="Place of its first row.")],
        "to": Annotated[str, Field(description="Place of its last row.")],
    },
)
HoldoutEntry.__doc__ = "A frozen holdout; it is no class, because `from` is no name of a field in Python."


class PaidEntry(TypedDict):
    """What the challenger's decisions would cost less for each period, where costs are said."""

    value: float
    """Saved for each period; below 0 it is paid more."""
    low: float
    """Lower one-sided bound at `alpha`."""
    high: float
    """Upper one-sided bound at `alpha`."""
    currency: str
    """Of the costs; empty where nobody said."""
    per: str
    """The period: day, week, month, quarter, year, or a number of rows."""
    rows: int
    """Rows of a usual period."""


class IdeaEntry(TypedDict):
    """Something to try next."""

    act: str
    """Which page does it."""
    sentence: str
    """Why, for people."""
    detail: str
    """With what, e.g. the name of a recipe."""


class JudgedBy(TypedDict):
    """The settings by which a comparison judged; a promotion needs them to be those of now."""

    metric: str
    """Metric of record."""
    threshold: float | None
    """Score from which on the positive class was decided; null: the model's own decisions."""
    costs: dict[str, Any] | None
    """What decisions cost: classes, rows (label by prediction), currency; null where nobody said."""
    class_order: list[str]
    """The classes from the lowest to the highest; empty where nobody said."""
    least_gain: NotRequired[float | None]
    """Least gain that is worth a promotion, in the unit of the metric; null where nobody said."""
    least_saving: NotRequired[float | None]
    """Least saving that is worth a promotion, for each period; null where nobody said."""
    budgets: NotRequired[dict[str, float | None] | None]
    """What a version may take (p99_ms, memory_mb, size_mb); null where nobody said."""
    fairness_blocks: NotRequired[bool]
    """True where a segment that is surely worse forbids a promotion."""


class DependenceEntry(TypedDict):
    """By what the bounds of the metric that decides were taken: rows that belong together say less."""

    kind: str
    """rows (each by itself), groups, time, or groups and time."""
    ratio: float
    """Variance of the difference against that of independent rows, at least 1."""
    p: float | None
    """Of the test that the differences do not hang together in time; null where it was not made."""
    group: str | None
    """Column with the role group."""
    groups: int | None
    """Number of groups."""
    block: str | None
    """Unit of time of the blocks: hour, day, week, month, or so many rows."""
    blocks: int | None
    """Number of blocks."""
    rows_needed: NotRequired[int | None]
    """Rows in all without which the bounds do not hold; null where there are enough."""
    sentence: str
    """The same in words."""


class ReviewEntry(TypedDict):
    """How far the rows on which the two differ, asked in random order, decide which is right more often."""

    rows: int
    """Rows that experts are asked about, or were."""
    wins: int
    """Settled ones on which the challenger alone is right."""
    losses: int
    """On which the champion alone is right."""
    ties: int
    """On which neither is."""
    progress: float
    """How far the stronger claim is: -1 less often is shown, 1 more often is shown."""
    left: int | None
    """Further ones that are expected to decide it; 0 when it is; null where all of them may not."""
    verdict: str
    """better, worse or open."""
    sentence: str
    """The same in words."""


class WorthEntry(TypedDict):
    """What a challenger must surely gain to be worth a promotion."""

    least: str
    """The least gain in words, e.g. 2 points, or 5,000 EUR per month."""
    shown: bool
    """Whether the gain is surely larger."""


class ComparisonDocument(TypedDict):
    """A stored comparison; every difference is challenger against champion, more than 0 is better."""

    champion: str
    """Version in production."""
    challenger: str
    """Version that is compared with it."""
    recipe: str | None
    """Recipe of the challenger; null when it was not trained here."""
    metric: str
    """Metric that decides."""
    metric_label: str
    """Its name for people."""
    verdict: str
    """better, small_gain (perhaps too small), not_worse, cannot_tell, worse, blocked (a gate)."""
    sentence: str
    """The verdict in words."""
    look: int
    """Which look at the holdout this is."""
    alpha: float
    """Level of this look."""
    margin: float
    """Loss that counts as not worse."""
    detectable: float
    """Smallest difference that these rows show with a chance of 80 %."""
    spent: bool
    """Whether the holdout's budget was spent before this look, which proves nothing then."""
    given: dict[str, MetricComparison]
    """Metric -> comparison on the labels as they were given."""
    corrected: dict[str, MetricComparison]
    """Metric -> comparison on the labels as experts corrected them: these decide."""
    gap: float
    """How much the corrections changed the difference that decides."""
    money: PaidEntry | None
    """What the challenger would save for each period; null where nobody said what errors cost."""
    disagreements: int
    """Rows on which the two differ."""
    reviewed: int
    """Those of them that experts settled."""
    labels_needed: int | None
    """Further labels that would settle it; null where none would, or none are needed."""
    segments: list[ComparedSegment]
    """Segments, what got worse first."""
    too_small: list[SmallSegment]
    """Segments that are too small to judge."""
    gates: list[GateEntry]
    """Tests that the challenger must pass."""
    not_computed: NotRequired[list[NotComputedEntry]]
    """Tests that could not be made here; absent in comparisons of earlier versions."""
    flips: dict[str, int]
    """Rows fixed, broken and neutral; of numbers: closer, farther and about as close."""
    leak: LeakEntry
    """Rows that training and holdout share."""
    holdout: HoldoutEntry
    """The holdout that both were measured on."""
    ideas: list[IdeaEntry]
    """What to try next, the most promising first."""
    labels: str
    """Names the labels that it was judged on."""
    judged_by: NotRequired[JudgedBy]
    """The settings by which it judged; absent in comparisons of earlier versions."""
    dependence: NotRequired[DependenceEntry]
    """What belongs together, and what that costs; absent in comparisons of earlier versions."""
    review: NotRequired[ReviewEntry | None]
    """What experts decided; null where nobody was asked, or where rows do not count by themselves."""
    worth: NotRequired[list[WorthEntry]]
    """What must be gained to be worth a promotion; absent in comparisons of earlier versions."""


class TrialEntry(TypedDict):
    """One experiment of a search."""

    fingerprint: str
    """The same data, labels and recipe have the same one."""
    recipe: str
    """Name of the recipe."""
    status: str
    """trained, reused (tried before) or failed."""
    run_id: str | None
    """The run in MLflow."""
    version: str | None
    """The registered version."""
    cv: dict[str, Any]
    """Metric -> value and interval, out of fold."""
    seconds: float | None
    """Time of the fit."""
    error: str | None
    """Why it failed; else null."""
    repeats: NotRequired[str]
    """Of a retraining as the champion: the experiment that it repeats, with parameters, columns and rows."""


class SearchDocument(TypedDict):
    """What a retraining came to."""

    trials: list[TrialEntry]
    """The experiments."""
    revision: int
    """Number of the revision of the labels."""
    holdout: HoldoutEntry
    """The holdout that none of them learnt from."""
    problems: NotRequired[list[str]]
    """Of a retraining: sources that were not read again."""
