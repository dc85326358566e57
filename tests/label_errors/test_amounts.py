"""Gross errors among numbers: they come first, are counted and explained, never invented."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.metrics import average_precision_score

from core.label_errors.cv_splits import shuffled_splits, time_blocks
from core.label_errors.out_of_fold import Contender, out_of_fold
from core.label_errors.regression.gross_errors import gross
from core.label_errors.regression.residuals import knowledge
from core.label_errors.regression.strategy import NumberJudgement, NumberRows
from core.label_errors.rules import RULES
from core.label_errors.search import search

N = 1500
MODELS = {
    "medians": HistGradientBoostingRegressor(loss="absolute_error", max_iter=60, random_state=0),
    "trees": ExtraTreesRegressor(40, min_samples_leaf=3, random_state=0),
    "linear": Ridge(),
}


@dataclass(frozen=True)
class World:
    """Counts that are noisier where they are large, and their judgement."""

    X: np.ndarray
    true: np.ndarray
    wrong: np.ndarray
    rows: NumberRows
    votes: dict
    judgement: NumberJudgement


def world(share=0.03, seed=0, **more):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, 4))
    level = np.exp(3 + 0.8 * X[:, 0] + 0.4 * X[:, 1])
    true = np.round(level + rng.normal(size=N) * 0.1 * level)
    wrong = rng.random(N) < share
    given = np.where(wrong, true * 10, true)
    return judged(X, true, wrong & (given != true), given, **more)


def judged(X, true, wrong, given, **more):
    plain = {"current": given, "settled": np.zeros(len(given), dtype=bool), "group": np.arange(len(given))}
    ids = tuple(f"r{n}" for n in range(len(given)))
    rows = NumberRows(ids=ids, given_labels=given, **(plain | more))
    splits = shuffled_splits(rows.strata, rows.group, repeats=1)
    votes = {
        name: out_of_fold(Contender(name, model, X), rows.targets, (), splits)
        for name, model in MODELS.items()
    }
    return World(X, true, wrong, rows, votes, rows.judge(votes, {}, X))


@pytest.fixture(scope="module")
def planted():
    return world()


def test_slipped_decimal_points_come_first_and_are_counted(planted):
    found = planted.judgement
    assert average_precision_score(planted.wrong, found.p_error) > 0.95
    assert found.refused is None
    assert found.errors.low < planted.wrong.sum() < 1.5 * found.errors.high
    assert found.p_error[~planted.wrong].mean() < 0.01


def test_the_suggestion_lies_near_the_truth_and_its_interval_holds(planted):
    said = planted.judgement.suggested[planted.wrong]
    true = planted.true[planted.wrong]
    assert np.median(np.abs(said - true) / true) < 0.2
    assert (said == np.round(said)).all()
    sound = ~planted.wrong
    inside = (planted.judgement.low <= planted.rows.given_labels) & (
        planted.rows.given_labels <= planted.judgement.high
    )
    assert 0.85 < inside[sound].mean() < 0.97


def test_reasons_are_words_with_numbers(planted):
    found = search(planted.judgement, planted.X)
    hits = found.table[found.table["flagged"] & planted.wrong[found.table["row"]]]
    assert len(hits) > 0.8 * planted.wrong.sum()
    why = hits.iloc[0]["reasons"]
    assert "models, trained without this row, expect" in why["models"]
    said = [each for reasons in hits["reasons"] for each in reasons.values()]
    assert any("ten times what is expected" in each for each in said)
    assert any("nearest neighbours have" in each for each in said)
    assert sorted(found.table["row"]) == list(range(N))
    drawn = planted.judgement.points(found.flagged, 100)
    assert len(drawn) == 100 + min(100, found.flagged.sum())


def test_ordinary_noise_is_refused():
    clean = world(share=0.0, seed=3)
    assert clean.judgement.refused is None or clean.judgement.refused.startswith("This model cannot find")
    assert clean.judgement.errors.value < 0.02 * N
    assert gross(np.random.default_rng(0).normal(size=4000)).evidence < RULES.residuals.least_evidence


def test_labels_by_lot_are_refused():
    rng = np.random.default_rng(5)
    given = rng.normal(100, 10, N)
    none = judged(rng.normal(size=(N, 4)), given, np.zeros(N, dtype=bool), given)
    assert none.judgement.refused.startswith("This model cannot find suspects here")
    assert knowledge(np.full(N, 100.0), given) < 0.02


def test_settled_rows_are_never_raised_again(planted):
    worst = np.argsort(-planted.judgement.p_error)[:30]
    settled = np.isin(np.arange(N), worst)
    rows = replace(
        planted.rows, settled=settled, current=np.where(settled, planted.true, planted.rows.given_labels)
    )
    again = rows.judge(planted.votes, {}, planted.X)
    found = search(again, planted.X)
    assert not found.flagged[settled].any()
    assert again.errors.reviewed == 30
    assert again.errors.low >= planted.wrong[settled].sum()


def test_growth_is_not_blamed_on_labels():
    """The production model never saw the growth of the second half; models of the time did."""
    rng = np.random.default_rng(7)
    n = 4000
    X = rng.normal(size=(n, 3))
    times = np.arange(n, dtype=float)
    before = 100 + 20 * X[:, 0]
    true = before + np.where(times >= n / 2, 150, 0) + rng.normal(scale=5, size=n)
    frozen = before + rng.normal(scale=5, size=n)
    votes = {"m": true + rng.normal(scale=5, size=n)}
    rows = NumberRows(
        ids=tuple(map(str, range(n))),
        given_labels=true,
        current=true,
        settled=np.zeros(n, dtype=bool),
        group=np.arange(n),
        times=times,
        block=time_blocks(times),
        frozen=frozen,
    )
    found = rows.judge(votes, {}, X)
    assert found.changed.start == n / 2
    assert found.changed.rows[n // 2 :].mean() > 0.9
    ranked = search(found, X, changed="Mar 2012").table
    assert not ranked[ranked["row"].isin(np.flatnonzero(found.changed.rows))]["flagged"].any()
