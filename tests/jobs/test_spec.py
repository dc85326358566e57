from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.jobs.spec import JobKind
from core.jobs.track import time_left

WEIGHTS = st.lists(st.floats(0.1, 100), min_size=1, max_size=6).map(tuple)


@given(WEIGHTS)
def test_the_steps_fill_the_job_without_gaps(weights: tuple[float, ...]) -> None:
    kind = JobKind("job", "Job", ("m:f",) * len(weights), weights=weights)
    spans = [kind.span(index) for index in range(len(weights))]
    assert spans[0][0] == 0
    assert abs(spans[-1][1] - 1) < 1e-9
    assert all(before[1] == after[0] for before, after in pairwise(spans))


@given(st.floats(3, 1e4), st.floats(0, 0.4), st.floats(0.5, 1))
def test_at_a_steady_pace_the_estimate_is_right(whole: float, base: float, fraction: float) -> None:
    elapsed = whole * (fraction - base)
    left = time_left(elapsed, base, fraction)
    assert left is None if elapsed < 2 else abs(left - whole * (1 - fraction)) <= 0.1
