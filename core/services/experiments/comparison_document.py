"""The document of a comparison: numbers, verdict, sentence, segments, gates and what to try next."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

from core.health.performance.money import Money
from core.services.experiments.comparison_inputs import (
    ComparisonInputs,
    metrics_on,
    segments,
    truth,
)
from core.services.experiments.comparison_worth import saving, saving_sentence, what_is_worth
from core.services.experiments.gates.run import GateResults
from core.services.experiments.trial_data import rows_together
from core.services.experiments.views import (
    ComparedSegment,
    ComparisonDocument,
    DependenceEntry,
    HoldoutEntry,
    IdeaEntry,
    JudgedBy,
    LeakEntry,
    MetricComparison,
    PaidEntry,
    ReviewEntry,
    SmallSegment,
    WorthEntry,
)
from core.stats.paired import Difference
from core.stats.together.dependence import Dependence, Together
from core.store.tables import Holdout, HoldoutLook
from core.training import next_ideas
from core.training.comparison import decision as deciding
from core.training.comparison import dependence_words, holdout_budget
from core.training.comparison import review as reviewing
from core.training.comparison.decision import Decision, Worth
from core.training.comparison.segments import SegmentResult
from core.training.comparison.segments import judge as by_segment

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Judgement:
    """A contest with numbers: by metric on the given and on the corrected labels, and by segment.

    Attributes:
        metric: that decides; accuracy where the metric of record cannot be measured.
        dependence: of the metric that decides, on the corrected labels.
        blocked: names of the tests that the challenger failed.
        worth: what it must surely gain to be worth a promotion.
        disagreements: rows on which the two differ (`Task.disagreements`); `reviewed`: those that
            experts settled.
    """

    on_given: dict[str, Difference]
    on_corrected: dict[str, Difference]
    dependence: Dependence
    metric: str
    margin: float
    blocked: list[str]
    decision: Decision
    worth: list[Worth]
    parts: list[SegmentResult]
    disagreements: int
    reviewed: int

    @property
    def main(self) -> Difference:
        """The difference that decides."""
        return self.on_corrected[self.metric]


def document(
    inputs: ComparisonInputs,
    look: HoldoutLook,
    gates: GateResults,
    labels: str,
    situation: dict[str, Any],
    rows_of_chunk: int = 0,
) -> ComparisonDocument:
    """Judge a contest; the corrected labels decide, the given ones are shown beside them.

    `rows_of_chunk`: rows of a usual chunk of the log, 0 where that is not known.
    """
    two = inputs.pair
    judged = judge(inputs, look.alpha, gates.failed, rows_of_chunk)
    title = two.metrics[judged.metric].title
    verdict = deciding.sentence(
        title, judged.main, judged.decision, judged.margin, judged.blocked, judged.worth
    )
    paid = saving(two, judged.on_corrected, rows_of_chunk)
    together = dependence_words.sentence(judged.dependence, two.spec.roles.group)
    return ComparisonDocument(
        champion=two.champion,
        challenger=two.challenger,
        recipe=two.trial.recipe if two.trial else None,
        metric=judged.metric,
        metric_label=title,
        verdict=judged.decision.verdict,
        sentence=" ".join(filter(None, [verdict, together, saving_sentence(paid) if paid else ""])),
        look=look.look,
        alpha=look.alpha,
        margin=judged.margin,
        detectable=judged.decision.detectable,
        spent=holdout_budget.is_spent(look.look),
        given={name: _metric_comparison(paired) for name, paired in judged.on_given.items()},
        corrected={name: _metric_comparison(paired) for name, paired in judged.on_corrected.items()},
        gap=judged.main.difference - judged.on_given[judged.metric].difference,
        money=_paid_entry(paid) if paid else None,
        disagreements=judged.disagreements,
        reviewed=judged.reviewed,
        labels_needed=judged.decision.labels_needed,
        segments=[_segment(part) for part in judged.parts if part.verdict != "too_small"],
        too_small=[_small(segment) for segment in judged.parts if segment.verdict == "too_small"],
        gates=gates.computed,
        not_computed=gates.not_computed,
        flips=two.task.flips(truth(inputs, inputs.corrected), inputs.champion, inputs.challenger),
        leak=cast("LeakEntry", inputs.leak) if two.trial else {},
        holdout=_holdout(two.holdout),
        ideas=_ideas(judged, situation, spent=holdout_budget.is_spent(look.look + 1)),
        labels=labels,
        judged_by=cast("JudgedBy", two.spec.judging_settings()),
        dependence=_dependence(judged.dependence, two.spec.roles.group),
        review=_review(inputs, judged.dependence, situation["disagreements"], look.alpha),
        worth=[WorthEntry(least=gain.words, shown=gain.is_shown) for gain in judged.worth],
    )


def judge(inputs: ComparisonInputs, alpha: float, blocked: list[str], rows_of_chunk: int) -> Judgement:
    """Measure and decide.

    Raises:
        RetrainError: a saving for each period is asked for, and nobody knows how many rows a period has.
    """
    together = rows_together(inputs.pair.spec, inputs.rows)
    on_corrected = compare_metrics(inputs, inputs.corrected, alpha, together)
    corrected = {name: difference for name, (difference, _) in on_corrected.items()}
    # the metric of record comes first, if the labels that there are define it
    metric = next(iter(corrected))
    margin = inputs.pair.metrics[metric].margin.at(corrected[metric].champion)
    worth = what_is_worth(inputs.pair, corrected, metric, rows_of_chunk)
    y = truth(inputs, inputs.corrected)
    apart = inputs.pair.task.disagreements(y, inputs.champion, inputs.challenger)
    corrected_none = inputs.given_labels.equals(inputs.corrected)
    on_given = (
        on_corrected if corrected_none else compare_metrics(inputs, inputs.given_labels, alpha, together)
    )
    return Judgement(
        on_given={name: difference for name, (difference, _) in on_given.items()},
        on_corrected=corrected,
        dependence=on_corrected[metric][1],
        metric=metric,
        margin=margin,
        blocked=blocked,
        decision=deciding.decide(
            corrected[metric],
            margin,
            alpha,
            blocked,
            worth=worth,
            rows_needed=on_corrected[metric][1].rows_needed,
        ),
        worth=worth,
        parts=by_segment(
            segments(inputs),
            metric,
            y,
            inputs.champion,
            inputs.challenger,
            metrics=inputs.pair.metrics,
            together=together,
        ),
        disagreements=int(apart.sum()),
        reviewed=int((apart & inputs.rows["_id"].isin(inputs.settled).to_numpy()).sum()),
    )


def _review(
    inputs: ComparisonInputs, dependence: Dependence, questions: set[str], level: float
) -> ReviewEntry | None:
    """What the labels of the rows that experts are asked about say, one by one."""
    rows = inputs.rows["_id"].isin(questions).to_numpy()
    # of rows that belong together labels are no independent evidence; amounts are asked by their distance
    if not inputs.pair.spec.classes or dependence.kind != "rows" or not rows.any():
        return None
    settled = rows & inputs.rows["_id"].isin(inputs.settled).to_numpy()
    y = truth(inputs, inputs.corrected)[settled]
    before, after = (side.predicted[settled] for side in (inputs.champion, inputs.challenger))
    differ = before != after
    wins, losses = int((differ & (after == y)).sum()), int((differ & (before == y)).sum())
    made = reviewing.review(int(rows.sum()), wins, losses, int(differ.sum()) - wins - losses, level)
    return ReviewEntry(
        rows=made.rows,
        wins=wins,
        losses=losses,
        ties=made.ties,
        progress=made.progress,
        left=made.left,
        verdict=made.verdict,
        sentence=reviewing.sentence(made),
    )


def _ideas(judged: Judgement, situation: dict[str, Any], *, spent: bool) -> list[IdeaEntry]:
    now = next_ideas.Situation(
        untried=situation["untried"],
        waiting=situation["waiting"],
        disagreements=judged.disagreements - judged.reviewed,
        labels_needed=judged.decision.labels_needed,
        spent=spent,
        weak=tuple(f"{part.column} = {part.value}" for part in judged.parts if part.verdict == "worse"),
    )
    return [cast("IdeaEntry", asdict(idea)) for idea in next_ideas.rank(now)]


def compare_metrics(
    inputs: ComparisonInputs, labels: "pd.Series[Any]", alpha: float, together: Together
) -> dict[str, tuple[Difference, Dependence]]:
    """Every metric on these labels, with what its bounds rest on."""
    y = truth(inputs, labels)
    return {
        metric.name: metric.compare_together(y, inputs.champion, inputs.challenger, alpha, together)
        for metric in metrics_on(inputs, labels)
    }


def _dependence(why: Dependence, group: str | None) -> DependenceEntry:
    return cast(
        "DependenceEntry",
        {**asdict(why), "group": group, "sentence": dependence_words.sentence(why, group)},
    )


def _metric_comparison(paired: Difference) -> MetricComparison:
    return MetricComparison(
        champion=float(paired.champion),
        challenger=float(paired.challenger),
        difference=float(paired.difference),
        low=float(paired.low),
        high=float(paired.high),
        p=float(paired.p),
    )


def _segment(part: SegmentResult) -> ComparedSegment:
    return cast("ComparedSegment", asdict(part))


def _paid_entry(paid: Money) -> PaidEntry:
    return PaidEntry(
        value=paid.value,
        low=paid.low,
        high=paid.high,
        currency=paid.currency,
        per=paid.per,
        rows=paid.rows,
    )


def _small(part: SegmentResult) -> SmallSegment:
    return {"column": part.column, "value": part.value, "n": part.n}


def _holdout(row: Holdout) -> HoldoutEntry:
    return {"number": row.number, "rows": row.rows, "from": row.first, "to": row.last}
