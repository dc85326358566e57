"""A changed relation is not a wrong label: it is found when it is there, and never when it is not."""

import numpy as np

from core.label_errors.drift import change

RNG = np.random.default_rng(0)
N = 8000
CALM = np.zeros(N, dtype=bool)
"""No row is suspicious in its own time."""
TIMES = np.arange(N, dtype=float)
BLOCK = (TIMES // 1000).astype(int)
GIVEN = RNG.integers(0, 2, N)


def frozen(wrong):
    said = np.where(wrong, 1 - GIVEN, GIVEN)
    return np.eye(2)[said] * 0.8 + 0.1


def test_rows_the_old_model_misses_after_the_change_are_found_with_its_date():
    missed = RNG.random(N) < np.where(TIMES >= 5000, 0.4, 0.1)
    found = change(frozen(missed), CALM, GIVEN, TIMES, BLOCK)
    assert found.start == 5000
    assert (found.rows == (missed & (TIMES >= 5000))).all()


def test_rows_suspicious_in_their_own_time_stay_suspects():
    missed = RNG.random(N) < np.where(TIMES >= 5000, 0.4, 0.1)
    likelier = TIMES % 2 == 0
    found = change(frozen(missed), likelier, GIVEN, TIMES, BLOCK)
    assert not found.rows[likelier].any()


def test_a_stable_world_has_no_change():
    found = change(frozen(RNG.random(N) < 0.2), CALM, GIVEN, TIMES, BLOCK)
    assert found.start is None
    assert not found.rows.any()


def test_rows_that_the_model_never_scored_say_nothing():
    unknown = np.full((N, 2), np.nan)
    assert change(unknown, CALM, GIVEN, TIMES, BLOCK).start is None
