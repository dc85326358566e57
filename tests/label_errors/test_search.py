"""The whole search on digits with planted errors: it finds them, suggests rightly, knows when it cannot."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from core.label_errors.cv_splits import shuffled_splits
from core.label_errors.out_of_fold import Contender, out_of_fold
from core.label_errors.rank import COLUMNS
from core.label_errors.search import search


@pytest.fixture(scope="module")
def found(planted):
    return search(planted.judgement, planted.vectors)


def test_planted_errors_come_first(planted, found):
    flipped = planted.flipped[found.table["row"]]
    assert average_precision_score(planted.flipped, planted.judgement.p_error) >= 0.95
    assert average_precision_score(flipped, -found.table["rank"]) >= 0.95


def test_the_suggestion_is_the_true_class(planted, found):
    hits = found.table[found.table["flagged"] & planted.flipped[found.table["row"]]]
    assert (hits["suggested"] == planted.true[hits["row"]].astype(str)).mean() >= 0.9


def test_flags_are_about_as_many_as_there_are_errors(planted, found):
    assert 0.8 < found.flagged.sum() / planted.flipped.sum() < 1.25
    assert planted.judgement.p_error[planted.flipped].mean() > 0.8


def test_every_row_is_ranked_once_and_flagged_ones_have_reasons(planted, found):
    table = found.table
    assert set(COLUMNS) <= set(table.columns)
    assert sorted(table["row"]) == list(range(len(planted.true)))
    assert sorted(table["rank"]) == list(range(1, len(table) + 1))
    assert table["p_error"].is_monotonic_decreasing
    assert table.sort_values("rank")["impact"].is_monotonic_decreasing
    assert table.loc[table["flagged"], "reasons"].map(len).min() >= 1


def test_the_pairs_count_the_flags(planted, found):
    counted = planted.judgement.swaps(found.flagged)
    assert sum(count for _, _, count, _ in counted) == found.flagged.sum()
    assert all(given != suggested for given, suggested, _, _ in counted)


def test_a_settled_row_is_never_raised_again(planted):
    worst = np.argsort(-planted.judgement.p_error)[:50]
    settled = np.isin(np.arange(len(planted.true)), worst)
    current = np.where(settled, planted.true, planted.rows.given_labels)
    rows = replace(planted.rows, settled=settled, current=current)
    judgement = rows.judge(planted.votes, {}, planted.vectors)
    again = search(judgement, planted.vectors)
    assert not again.flagged[settled].any()
    assert set(again.table["row"].tail(50)) == set(worst)
    assert judgement.errors.reviewed == 50
    assert judgement.errors.low >= (planted.flipped & settled).sum()


def test_random_features_are_refused(planted):
    noise = np.random.default_rng(1).normal(size=(len(planted.true), 20))
    model = Contender("logistic", LogisticRegression(max_iter=1000), noise)
    splits = shuffled_splits(planted.rows.given_labels, planted.rows.group, repeats=1)
    votes = out_of_fold(model, planted.rows.targets.tolist(), planted.rows.classes, splits)
    refused = planted.rows.judge({"logistic": votes}, {}, planted.vectors).refused
    assert refused is not None
    assert refused.startswith("This model cannot find suspects here")


def test_rows_of_a_class_too_rare_to_judge_are_kept_with_the_reason(planted):
    votes = {name: P.copy() for name, P in planted.votes.items()}
    rare = np.flatnonzero(planted.rows.given_labels == 3)[:3]
    for P in votes.values():
        P[rare] = np.nan
    judgement = planted.rows.judge(votes, {}, planted.vectors)
    table = search(judgement, planted.vectors).table.set_index("row")
    assert (table.loc[rare, "suggested"] == table.loc[rare, "given"]).all()
    assert not table.loc[rare, "flagged"].any()
    assert all("too few for a model to judge" in why["rare class"] for why in table.loc[rare, "reasons"])


def test_votes_of_the_rows_own_time_count_half(planted):
    both = planted.rows.judge(planted.votes, {"trees": planted.votes["trees"]}, planted.vectors)
    assert both.names[-1] == "trees, of its time"
    assert both.weights.sum() == pytest.approx(1)
    assert len(both.members) == len(planted.votes) + 1
