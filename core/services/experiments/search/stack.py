"""The stack of a search: which of its experiments are members, and whether it helps."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.services.experiments.search.board import Board, Result
from core.services.experiments.search.candidate import Candidate
from core.services.experiments.search.search_data import SearchData
from core.services.spec_metrics import metrics_of
from core.stats.predictions import Predictions
from core.training.fit import scores
from core.training.search import blend, shortlist


@dataclass(frozen=True, slots=True)
class Stack:
    """Members and what they come to.

    Attributes:
        members: results with the weight of each, above 0.
        predictions: for the judged rows, each block with the weights that the others gave.
        cv: metric -> value and interval of these.
    """

    members: tuple[tuple[Result, float], ...]
    predictions: Predictions
    cv: dict[str, Any]

    @property
    def parts(self) -> dict[str, float]:
        """Fingerprint of each member -> its weight."""
        return {result.fingerprint: round(weight, 6) for result, weight in self.members}


def choose(board: Board) -> Stack | None:
    """The stack of all experiments that were judged to their end; None where that is one member alone."""
    data = board.data
    able = [result for result in board.list_scored() if knows_every_class(data, result)]
    places = blend.pool([result.candidate.recipe for result in able])
    read = [(able[place], board.predictions(able[place].fingerprint)) for place in places]
    results, members = [], []
    for result, made in read:
        if made is not None:
            results.append(result)
            members.append(made)
    if len(members) < 2:  # noqa: PLR2004 -- one is no stack
        return None
    share = blend.weights(members, data.truth, data.metric)
    heard = tuple((results[place], float(share[place])) for place in np.flatnonzero(share))
    if len(heard) < 2:  # noqa: PLR2004 -- as above
        return None
    made = blend.predict_crossed(members, data.truth, data.blocks, data.metric, data.spec.threshold)
    cv = scores(data.truth, made, data.spec.metric, metrics=metrics_of(data.spec))
    return Stack(heard, made, cv)


def helps(board: Board, stack: Stack, first: Result, champion: Candidate) -> bool:
    """Whether it loses less than the first finalist, and is no worse by the metric of record.

    What is lost is what members are chosen by. By the metric of record it has to reach the champion's recipe,
    which nobody chose by its score. A finalist that was chosen so owes a part of its score to that; the
    stack, each block of which has weights of the others, owes none, and may be behind it by chance.
    """
    data, plain = board.data, board.result_of(champion)
    merit = data.metric.merit(data.metric.of_rows(data.truth, stack.predictions))
    if plain is not None and plain.scored and merit < plain.merit:
        return False
    other = board.predictions(first.fingerprint)
    if other is None:
        return False
    made, level = stack.predictions, shortlist.RULES.level
    less = blend.lost(made, data.truth, data.metric) < blend.lost(other, data.truth, data.metric)
    difference = data.metric.compare_together(data.truth, other, made, level, data.together)[0]
    return less and difference.high >= 0


def knows_every_class(data: SearchData, result: Result) -> bool:
    """Whether the rows that it learns from in the end have every class: members must predict the same."""
    if not data.spec.classes:
        return True
    rows = result.candidate.treatment.apply(data.facts, np.arange(len(data.rows))).rows
    return bool(data.y.iloc[rows].nunique() == data.y.nunique())
