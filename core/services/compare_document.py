"""The document of a comparison: numbers, verdict, sentence, segments, gates and what to try next."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from core.retraining import decision as deciding
from core.retraining import ledger, next_ideas
from core.retraining.answers import Answers, numbers
from core.retraining.measures import MEASURES, measure, reported
from core.retraining.paired import Difference
from core.retraining.segments import judge
from core.services.contest import Contest
from core.store.tables import HoldoutLook

if TYPE_CHECKING:
    import pandas as pd


class ComparisonDocument(TypedDict):
    """A stored comparison; every difference is challenger against champion, more than 0 is better.

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


def document(
    seen: Contest,
    look: HoldoutLook,
    gates: list[dict[str, Any]],
    labels: str,
    situation: dict[str, Any],
) -> ComparisonDocument:
    """Judge a contest; the corrected labels decide, the given ones are shown beside them."""
    two = seen.pair
    given = differences(seen, seen.given, look.alpha)
    corrected = differences(seen, seen.corrected, look.alpha)
    metric = two.spec.metric if two.spec.metric in corrected else "accuracy"
    main, margin = corrected[metric], measure(metric).margin_at(corrected[metric].champion)
    blocked = [gate["name"] for gate in gates if not gate["passed"]]
    decision = deciding.decide(main, margin, look.alpha, blocked)
    differ = seen.champion.predicted != seen.challenger.predicted
    reviewed = int((differ & seen.rows["_id"].isin(seen.settled).to_numpy()).sum())
    parts = judge(segments(seen), metric, truth(seen, seen.corrected), seen.champion, seen.challenger)
    spent = ledger.is_spent(look.look + 1)
    ideas = next_ideas.rank(
        next_ideas.Situation(
            untried=situation["untried"],
            waiting=situation["waiting"],
            disagreements=int(differ.sum()) - reviewed,
            labels_needed=decision.labels_needed,
            spent=spent,
            weak=tuple(f"{s.column} = {s.value}" for s in parts if s.verdict == "worse"),
        )
    )
    return ComparisonDocument(
        champion=two.champion,
        challenger=two.challenger,
        recipe=two.trial.recipe if two.trial else None,
        metric=metric,
        metric_label=measure(metric).title,
        verdict=decision.verdict,
        sentence=deciding.sentence(measure(metric).title, main, decision, margin, blocked),
        look=look.look,
        alpha=look.alpha,
        margin=margin,
        detectable=decision.detectable,
        spent=spent,
        given={name: _plain(each) for name, each in given.items()},
        corrected={name: _plain(each) for name, each in corrected.items()},
        gap=corrected[metric].difference - given[metric].difference,
        disagreements=int(differ.sum()),
        reviewed=reviewed,
        labels_needed=decision.labels_needed,
        segments=[asdict(each) for each in parts if each.verdict != "too_small"],
        too_small=[
            {"column": each.column, "value": each.value, "n": each.n}
            for each in parts
            if each.verdict == "too_small"
        ],
        gates=gates,
        flips=flips(truth(seen, seen.corrected), seen.champion, seen.challenger),
        leak=two.trial.params.get("leak", {}) if two.trial else {},
        holdout={
            "number": two.holdout.number,
            "rows": len(two.holdout.row_ids),
            "from": two.holdout.first,
            "to": two.holdout.last,
        },
        ideas=[asdict(idea) for idea in ideas],
        labels=labels,
    )


def truth(seen: Contest, labels: "pd.Series[Any]") -> "np.ndarray[Any, np.dtype[np.intp]]":
    """Class numbers of the labels."""
    return numbers(labels, seen.pair.spec.classes)


def differences(seen: Contest, labels: "pd.Series[Any]", alpha: float) -> dict[str, Difference]:
    """Every reported metric on these labels; ROC AUC only where more than one class occurs."""
    y = truth(seen, labels)
    names = reported(seen.pair.spec.metric)
    if len(np.unique(y)) < 2:  # noqa: PLR2004 -- two classes
        names = [name for name in names if name != "roc_auc"]
    return {name: MEASURES[name].compare(y, seen.champion, seen.challenger, alpha) for name in names}


def segments(seen: Contest) -> dict[str, "pd.Series[Any]"]:
    """The segment columns of the holdout rows, as text."""
    return {name: seen.rows[name].astype(object) for name in seen.pair.spec.roles.segments}


def flips(y: "np.ndarray[Any, np.dtype[np.intp]]", champion: Answers, challenger: Answers) -> dict[str, int]:
    """How many rows the challenger fixed and broke, and on how many both err differently."""
    before, after = champion.predicted == y, challenger.predicted == y
    differ = champion.predicted != challenger.predicted
    return {
        "fixed": int((~before & after).sum()),
        "broken": int((before & ~after).sum()),
        "neutral": int((differ & ~before & ~after).sum()),
    }


def _plain(each: Difference) -> dict[str, float]:
    names = ("champion", "challenger", "difference", "low", "high", "p")
    return {name: float(getattr(each, name)) for name in names}
