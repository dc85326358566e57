"""Every number that decides which amounts are gross errors, at its boundary, with its error rates."""

import numpy as np
import pytest
from scipy import stats

from core.label_errors.cv_splits import time_blocks
from core.label_errors.regression import residuals
from core.label_errors.regression.gross_errors import gross
from core.label_errors.regression.noise import fit_noise
from core.label_errors.regression.scale import Scale
from core.label_errors.regression.standard_residuals import StandardResiduals
from core.label_errors.regression.strategy import NumberRows, _refusal
from core.label_errors.rules import RULES


@pytest.mark.parametrize(
    ("off", "own", "concerns"), [(3.9, 0.0, False), (4.1, 0.0, True), (4.1, 1.9, True), (4.1, 2.1, False)]
)
def test_a_changed_world_begins_at_four_and_ends_at_two(off, own, concerns):
    """Standard deviations from the model in production, and from the models of its own time."""
    n, late = 4000, np.arange(4000) >= 2000
    rows = NumberRows(
        ids=tuple(map(str, range(n))), given_labels=np.zeros(n), current=np.zeros(n),
        settled=np.zeros(n, dtype=bool), group=np.arange(n), times=np.arange(float(n)),
        block=time_blocks(np.arange(float(n))), frozen=np.where(late, off, 0.0),
    )  # fmt: skip
    z = np.where(late, -own, 0.0)
    change = rows._change(StandardResiduals(Scale(), z, np.ones(n), (), gross(np.linspace(-2, 2, n))), RULES)
    assert change.rows.tolist() == (late if concerns else np.zeros(n, dtype=bool)).tolist()


@pytest.mark.parametrize(("evidence", "refused"), [(9.9, True), (10.1, False)])
def test_labels_without_evidence_of_gross_errors_are_not_searched(evidence, refused):
    said = _refusal(1.0, evidence, (12.0, 120.0), RULES)
    assert (said is not None) is refused
    assert said is None or "12 where 120 is expected" in said


def test_normal_noise_has_no_evidence_of_gross_errors_and_a_few_large_ones_have():
    """In none of 200 worlds beyond 3 of 10; four errors of six standard deviations in seven of ten worlds."""
    rng = np.random.default_rng(13)
    clean = [gross(rng.normal(size=800)).evidence for _ in range(100)]
    errors = [gross(np.r_[rng.normal(size=796), [6.0] * 4]).evidence for _ in range(60)]
    assert max(clean) < RULES.residuals.least_evidence / 2
    assert stats.binom.ppf(0.001, 60, 0.75) <= np.sum(np.array(errors) >= 10) <= 60


def test_gross_errors_scatter_six_times_as_wide_as_noise_at_least():
    noise = stats.t(50).ppf((np.arange(1000) + 0.5) / 1000)
    z = np.r_[noise, [4.5, -4.5] * 2]
    split = gross(z)
    usual = fit_noise(z)
    broad = split.share * stats.t.pdf(z / (6 * usual.scale), 2) / (6 * usual.scale)
    narrow = (1 - split.share) * stats.t(usual.degrees).pdf(z / usual.scale) / usual.scale
    assert split.p[-4:] == pytest.approx((broad / (broad + narrow))[-4:], rel=1e-3)
    assert split.share == pytest.approx((broad / (broad + narrow)).mean(), rel=1e-3)


@pytest.mark.parametrize(("wild", "weight"), [(5, 1.0), (6, 0.0)])
def test_one_row_in_twenty_does_not_decide_which_model_is_trusted(wild, weight):
    """A model that is right but for gross errors in the labels, and one that is off by 3 everywhere."""
    labels = np.zeros(100)
    labels[:wild] = 1e6
    votes = {"right": np.full(100, 0.01), "off": np.where(labels > 0, labels, 3.0)}
    assert residuals.expect(votes, labels).weights[0] == pytest.approx(weight, abs=1e-6)
