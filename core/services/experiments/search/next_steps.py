"""Next steps after "no", ranked by what they could gain a minute, from what the search has measured."""

from dataclasses import dataclass
from typing import Any, Literal

from core.services.experiments.search.candidate import Candidate
from core.stats.measures.table import metric_named
from core.stats.metric import Metric
from core.store import models
from core.store.annotation import suspects
from core.store.engine import reading
from core.store.experiments import trials
from core.store.tables import Trial
from core.store.workspace import Workspace
from core.training.search.journey import Gain, of_labels, of_searching_on, of_twice_the_rows

Act = Literal["search", "questions", "relabel", "suspects", "data"]
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do.

    Attributes:
        act: search on; ask the questions of a search; open Relabel or Suspects; bring other data.
        gain: what it could gain in the metric's unit, more is better, and its minutes; None: not known yet.
            Every number in the sentence has its interval of 95 % beside it.
    """

    act: Act
    sentence: str
    gain: Gain | None = None


def next_steps(ws: Workspace, name: str) -> list[NextStep]:
    """What could help, most for each minute first; only SQL. Nothing before the first search.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        rows = trials.of_newest_search(session, spec.id)
        scan = suspects.latest(session, spec.id)
    if not rows:
        return []
    metric = metric_named(spec.metric)
    steps = [*_search_on(metric, rows), *_questions(metric, rows)]
    if scan is not None and scan.summary.get("errors"):
        steps += _label_noise(scan.summary)
    return sorted(steps, key=lambda step: -step.gain.per_minute if step.gain else 0.0)


def _search_on(metric: Metric, rows: list[Trial]) -> list[NextStep]:
    points = [
        row for row in rows if row.params["search"]["stage"] == "tuned" and _value(metric, row) is not None
    ]
    merits = [metric.merit(_value(metric, row) or 0.0) for row in points]
    gain = of_searching_on(merits, [row.seconds or 0.0 for row in points])
    if gain is None:
        return [NextStep("search", "Search on: the parameters of the recipes are hardly tuned yet.")]
    minutes = max(1, round(gain.minutes))
    if gain.value <= 0:
        return [NextStep("data", f"The last {minutes} min of tuning gained nothing: try other things.", gain)]
    best = max(points, key=lambda row: metric.merit(_value(metric, row) or 0.0))
    score = best.cv[metric.name]
    sentence = (
        f"Search on: the last {minutes} min of tuning gained {gain.value:.2g} in {metric.title}, to "
        f"{score['value']:.3g} ({score['low']:.3g} to {score['high']:.3g})."
    )
    return [NextStep("search", sentence, gain)]


def _questions(metric: Metric, rows: list[Trial]) -> list[NextStep]:
    """More labels, by the learning curve; which columns carry, by what is lost without each."""
    questions = [
        row for row in rows if row.params["search"]["stage"] == "question" and row.status == "scored"
    ]
    if not questions:
        return [
            NextStep(
                "questions",
                "Find out whether more labels would help, and which columns carry the model.",
            )
        ]
    steps = [*_learning_curve(metric, rows, questions)]
    lost = {}
    for row in questions:
        effect, without = row.params["search"].get("effect"), _without(row)
        if effect and without:
            lost[without] = effect
    carrying = sorted((n for n in lost if lost[n]["high"] < 0), key=lambda n: lost[n]["difference"])
    useless = [name for name in lost if lost[name]["low"] > 0]
    if carrying:
        names = ", ".join(carrying[:MOST_NAMED])
        worst, carry = lost[carrying[0]], "carries" if len(carrying) == 1 else "carry"
        sentence = (
            f"{names} {carry} the model (without {carrying[0]} it loses {-worst['difference']:.2g}, "
            f"{_range(-worst['high'], -worst['low'])}): look for more columns of that kind, or a finer one."
        )
        steps.append(NextStep("data", sentence))
    if useless:
        useless.sort(key=lambda name: -lost[name]["difference"])
        most = lost[useless[0]]
        gain = Gain(most["difference"], _minutes(questions))
        sentence = (
            f"Search without {', '.join(useless[:MOST_NAMED])}: without each it predicts better (without "
            f"{useless[0]} it gains {most['difference']:.2g}, {_range(most['low'], most['high'])})."
        )
        steps.append(NextStep("search", sentence, gain))
    return steps


def _learning_curve(metric: Metric, rows: list[Trial], questions: list[Trial]) -> list[NextStep]:
    shares = {row.params["search"]["treatment"]["amount"]: row for row in questions if _is_sample(row)}
    half = shares.get(0.5)
    whole = next((row for row in rows if half is not None and row.id == _versus(half)), None)
    if half is None or whole is None:
        return []
    merit = {share: metric.merit(_value(metric, row) or 0.0) for share, row in shares.items()}
    full = metric.merit(_value(metric, whole) or 0.0)
    value = of_twice_the_rows(full, merit[0.5], merit.get(0.25))
    labels = int(whole.params["search"].get("rows", 0))
    gain = of_labels(value, labels)
    effect = half.params["search"]["effect"]
    if effect["high"] >= 0:
        sentence = "More labels of the same kind would hardly help: half of them do as well, within chance."
        return [NextStep("data", sentence)]
    share = value / -effect["difference"]
    outlook = f" ({_range(-effect['high'] * share, -effect['low'] * share)}, if the curve goes on so)"
    sentence = (
        f"More labels would help: the second half of them gained {-effect['difference']:.2g} "
        f"({_range(-effect['high'], -effect['low'])}); {labels:,} more would gain about {value:.2g}{outlook}."
    )
    return [NextStep("relabel", sentence, gain)]


def _label_noise(summary: dict[str, Any]) -> list[NextStep]:
    """The ceiling that wrong labels set, by the newest scan; what correcting them gains is not known."""
    errors, rows, flagged = summary["errors"], max(1, summary["rows"]), int(summary["flagged"])
    share = errors["value"] / rows
    if not flagged or share <= 0:
        return []
    sentence = (
        f"About {100 * share:.2g} % ({_range(100 * errors['low'] / rows, 100 * errors['high'] / rows)}) of "
        "the labels are wrong by the newest scan: no model can be seen to be "
        f"better than that leaves room for. {flagged:,} suspects wait."
    )
    return [NextStep("suspects", sentence)]


def _range(low: float, high: float) -> str:
    """An interval in words.

    >>> _range(0.0123, 0.045)
    '0.012 to 0.045'
    """
    return f"{low:.2g} to {high:.2g}"


def _value(metric: Metric, row: Trial) -> float | None:
    score = row.cv.get(metric.name, {}).get("value")
    return None if score is None or row.status not in {"scored", "trained"} else float(score)


def _is_sample(row: Trial) -> bool:
    return bool(row.params["search"]["treatment"]["kind"] == "sample")


def _without(row: Trial) -> str | None:
    """The column that a question leaves out."""
    features = Candidate.from_json(row.recipe, row.params["search"]).features
    if not features or _is_sample(row) or features[-1].kind != "without":
        return None
    return features[-1].columns[0]


def _versus(row: Trial) -> int | None:
    effect = row.params["search"].get("effect")
    return int(effect["versus"]) if effect else None


def _minutes(rows: list[Trial]) -> float:
    return sum(row.seconds or 0.0 for row in rows) / 60
