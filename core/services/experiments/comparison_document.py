"""The document of a comparison: numbers, verdict, sentence, segments, gates and what to try next."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from core.services.experiments.comparison_inputs import Contest
from core.stats.metrics import METRICS, reported_beside
from core.stats.paired import Difference
from core.store.tables import Holdout, HoldoutLook
from core.training import next_ideas
from core.training.comparison import decision as deciding
from core.training.comparison import holdout_budget
from core.training.comparison.decision import Decision
from core.training.comparison.disagreement import differ, flips
from core.training.comparison.predictions import truth as truth_of
from core.training.comparison.segments import SegmentResult
from core.training.comparison.segments import judge as by_segment

if TYPE_CHECKING:
    import pandas as pd


class ComparisonDocument(TypedDict):
    """A stored comparison; every difference is challenger against champion, more than 0 is better.

    `flips` are counted by `disagreement.flips`: rows fixed, broken and neutral; of numbers rows
    to which the challenger is closer, farther and about as close.
    `low` and `high` are one-sided bounds at `alpha` each; `labels` names the labels it was judged on.
    """

    champion: str
    challenger: str
    recipe: str | None
    metric: str
    metric_label: str
    verdict: str
    sentence: str
    look: int
    alpha: float
    margin: float
    detectable: float
    spent: bool
    given: dict[str, dict[str, float]]
    corrected: dict[str, dict[str, float]]
    gap: float
    disagreements: int
    reviewed: int
    labels_needed: int | None
    segments: list[dict[str, Any]]
    too_small: list[dict[str, Any]]
    gates: list[dict[str, Any]]
    flips: dict[str, int]
    leak: dict[str, Any]
    holdout: dict[str, Any]
    ideas: list[dict[str, str]]
    labels: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A contest with numbers: by metric on the given and on the corrected labels, and by segment.

    Attributes:
        metric: that decides; accuracy where the metric of record cannot be measured.
        blocked: names of the tests that the challenger failed.
        disagreements: rows on which the two differ (`disagree.differ`); `reviewed`: those settled by experts.
    """

    given: dict[str, Difference]
    corrected: dict[str, Difference]
    metric: str
    margin: float
    blocked: list[str]
    decision: Decision
    parts: list[SegmentResult]
    disagreements: int
    reviewed: int

    @property
    def main(self) -> Difference:
        """The difference that decides."""
        return self.corrected[self.metric]


def document(
    seen: Contest,
    look: HoldoutLook,
    gates: list[dict[str, Any]],
    labels: str,
    situation: dict[str, Any],
) -> ComparisonDocument:
    """Judge a contest; the corrected labels decide, the given ones are shown beside them."""
    two = seen.pair
    judged = judge(seen, look.alpha, [gate["name"] for gate in gates if not gate["passed"]])
    title, spent = METRICS[judged.metric].title, holdout_budget.is_spent(look.look + 1)
    return ComparisonDocument(
        champion=two.champion,
        challenger=two.challenger,
        recipe=two.trial.recipe if two.trial else None,
        metric=judged.metric,
        metric_label=title,
        verdict=judged.decision.verdict,
        sentence=deciding.sentence(title, judged.main, judged.decision, judged.margin, judged.blocked),
        look=look.look,
        alpha=look.alpha,
        margin=judged.margin,
        detectable=judged.decision.detectable,
        spent=spent,
        given={name: _plain(each) for name, each in judged.given.items()},
        corrected={name: _plain(each) for name, each in judged.corrected.items()},
        gap=judged.main.difference - judged.given[judged.metric].difference,
        disagreements=judged.disagreements,
        reviewed=judged.reviewed,
        labels_needed=judged.decision.labels_needed,
        segments=[asdict(each) for each in judged.parts if each.verdict != "too_small"],
        too_small=[_small(each) for each in judged.parts if each.verdict == "too_small"],
        gates=gates,
        flips=flips(truth(seen, seen.corrected), seen.champion, seen.challenger),
        leak=two.trial.params.get("leak", {}) if two.trial else {},
        holdout=_holdout(two.holdout),
        ideas=_ideas(judged, situation, spent=spent),
        labels=labels,
    )


def judge(seen: Contest, alpha: float, blocked: list[str]) -> Judged:
    """Measure and decide."""
    corrected = differences(seen, seen.corrected, alpha)
    # the metric of record comes first, if the labels that there are define it
    metric = next(iter(corrected))
    margin = METRICS[metric].margin.at(corrected[metric].champion)
    y = truth(seen, seen.corrected)
    apart = differ(y, seen.champion, seen.challenger)
    return Judged(
        given=differences(seen, seen.given, alpha),
        corrected=corrected,
        metric=metric,
        margin=margin,
        blocked=blocked,
        decision=deciding.decide(corrected[metric], margin, alpha, blocked),
        parts=by_segment(segments(seen), metric, y, seen.champion, seen.challenger),
        disagreements=int(apart.sum()),
        reviewed=int((apart & seen.rows["_id"].isin(seen.settled).to_numpy()).sum()),
    )


def _ideas(judged: Judged, situation: dict[str, Any], *, spent: bool) -> list[dict[str, str]]:
    now = next_ideas.Situation(
        untried=situation["untried"],
        waiting=situation["waiting"],
        disagreements=judged.disagreements - judged.reviewed,
        labels_needed=judged.decision.labels_needed,
        spent=spent,
        weak=tuple(f"{part.column} = {part.value}" for part in judged.parts if part.verdict == "worse"),
    )
    return [asdict(idea) for idea in next_ideas.rank(now)]


def truth(seen: Contest, labels: "pd.Series[Any]") -> "np.ndarray[Any, Any]":
    """Class numbers of the labels, or the labels as numbers."""
    return truth_of(labels, seen.pair.spec.classes)


def differences(seen: Contest, labels: "pd.Series[Any]", alpha: float) -> dict[str, Difference]:
    """Every reported metric on these labels; those that need two different labels only where there are."""
    y = truth(seen, labels)
    alike = len(np.unique(y)) < 2  # noqa: PLR2004 -- two labels
    metrics = reported_beside(METRICS[seen.pair.spec.metric])
    return {
        metric.name: metric.compare(y, seen.champion, seen.challenger, alpha)
        for metric in metrics
        if not (alike and "two labels" in metric.needs)
    }


def segments(seen: Contest) -> dict[str, "pd.Series[Any]"]:
    """The segment columns of the holdout rows, as text."""
    return {name: seen.rows[name].astype(object) for name in seen.pair.spec.roles.segments}


def _plain(each: Difference) -> dict[str, float]:
    names = ("champion", "challenger", "difference", "low", "high", "p")
    return {name: float(getattr(each, name)) for name in names}


def _small(part: SegmentResult) -> dict[str, Any]:
    return {"column": part.column, "value": part.value, "n": part.n}


def _holdout(row: Holdout) -> dict[str, Any]:
    return {"number": row.number, "rows": len(row.row_ids), "from": row.first, "to": row.last}
