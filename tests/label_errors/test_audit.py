"""Random rows among other questions: what each was drawn from, what is not known, and when it is decided."""

import numpy as np
import pytest

from core.label_errors.audit import NEVER, Annotations, Batch, how_many, mixed_up, sample
from core.stats.sequential.finite_population import Draws, Sample

N = 80
EVERY = np.ones(N, dtype=bool)
PRIOR = np.linspace(0.01, 0.5, N)


def reviewed(rng, batches=3, number=20):
    """Batches of which every third question is a random row, answered in order; and what was open before."""
    wrong = rng.random(N) < 0.3
    first, sent, pools = np.full(N, NEVER), [], []
    for _ in range(batches):
        known, asked, drawn = int((first < NEVER).sum()), [], []
        for place in range(number):
            open_rows = [row for row in range(N) if first[row] == NEVER and row not in asked]
            if not open_rows:
                break
            drawn.append(place % 3 == 0)
            if drawn[-1]:
                pools.append(open_rows)
            asked.append(int(rng.choice(open_rows)) if drawn[-1] else open_rows[0])
        first[asked] = known + 1 + np.arange(len(asked))
        sent.append(Batch(np.array(asked), np.array(drawn), known))
    return wrong, first, sent, pools


@pytest.mark.parametrize("seed", range(5))
def test_what_each_row_was_drawn_from_is_what_nobody_had_asked_about(seed):
    """Kept as lists of rows while they are asked, and from the record of the batches afterwards."""
    wrong, first, sent, pools = reviewed(np.random.default_rng(seed))
    hit = np.where(first < NEVER, wrong, np.nan)
    draws = sample(sent, Annotations(first, hit), EVERY, PRIOR).least
    assert draws.pool.tolist() == [len(pool) for pool in pools]
    outside = [np.setdiff1d(np.arange(N), pool) for pool in pools]
    assert draws.outside.tolist() == [wrong[rows].sum() for rows in outside]
    assert draws.expected == pytest.approx([PRIOR[pool].mean() for pool in pools])


def test_among_some_rows_only_they_count():
    wrong, first, sent, pools = reviewed(np.random.default_rng(7))
    hit = np.where(first < NEVER, wrong, np.nan)
    among = np.arange(N) % 2 == 0
    draws = sample(sent, Annotations(first, hit), among, PRIOR).least
    drawn = [batch.rows[batch.drawn] for batch in sent]
    inside = [pool for pool, row in zip(pools, np.concatenate(drawn), strict=True) if among[row]]
    assert draws.pool.tolist() == [among[pool].sum() for pool in inside]


def test_a_row_passed_over_counts_as_wrong_above_and_as_right_below_and_the_open_end_not_at_all():
    batch = Batch(np.arange(6), np.ones(6, dtype=bool), 0)
    first = np.array([1, NEVER, 2, NEVER, NEVER, NEVER, *[NEVER] * 4])
    hit = np.where(first < NEVER, 0.0, np.nan)
    drawn = sample([batch], Annotations(first, hit), np.ones(10, dtype=bool), np.full(10, 0.1))
    assert drawn.least.hit.tolist() == [0, 0, 0]
    assert drawn.most.hit.tolist() == [0, 1, 0]
    assert drawn.most.outside.tolist() == [0, 0, 1]


def drawn_rows(hits, draws, rows):
    hit = (np.arange(draws) * max(hits, 1) % draws < hits).astype(float)
    of = Draws(rows - np.arange(draws, dtype=float), np.cumsum(hit) - hit, hit, np.full(draws, 0.05))
    return Sample(rows, of, of, int(hit.sum()), draws - int(hit.sum()))


def test_the_number_is_near_enough_beside_itself_or_beside_all_rows():
    none = how_many(drawn_rows(0, 300, 4000), 5.0)
    assert none.left == 0
    assert none.high - none.low <= 80
    some = how_many(drawn_rows(40, 200, 4000), 800.0)
    assert (some.left, some.progress) == (0, 1)
    few = how_many(drawn_rows(4, 40, 4000), 400.0)
    assert 0 < few.progress == 40 / (40 + few.left) < 0.5


@pytest.mark.parametrize(("hits", "draws", "progress"), [(14, 60, 1), (0, 120, -1)])
def test_two_classes_are_mixed_up_or_not_more_than_usual(hits, draws, progress):
    standing = mixed_up(drawn_rows(hits, draws, 900), 0.0)
    assert (standing.left, standing.progress) == (0, progress)


def test_between_the_usual_and_what_must_be_seen_it_stays_open():
    standing = mixed_up(drawn_rows(4, 100, 900), 36.0)
    assert standing.left != 0
    assert -1 < standing.progress < 1
