"""Broken here: a number is given where nobody can know it, or withheld where it could be given."""

from dataclasses import replace

import numpy as np
import pytest

from core.health.assess import assess
from core.health.profiles.history import Chunk, History
from core.health.report.compose import compose
from core.health.tasks.reach import beyond
from core.stats.intervals import wilson
from core.stats.metrics import METRICS
from tests.health.test_assess import FACTS, MONTHS, SPEC


@pytest.fixture
def chunk(count, two_classes):
    """So many rows, of which some lie above the range of x, and some have a town that is not listed."""

    def make(n, seed, above=0, foreign=0, *, labelled=True):
        y, scores, x = two_classes(n, seed)
        x[:above] = 7.0
        towns = ["a"] * (n // 2) + ["b"] * (n - n // 2)
        towns[:foreign] = ["c"] * foreign
        return count(y, scores, x=x, towns=towns, labelled=np.full(n, labelled))

    return make


@pytest.fixture
def document(layout):
    """Of reference profiles and log profiles."""

    def make(reference, log):
        chunks = [Chunk(key, each) for key, each in zip(MONTHS, [*reference, *log], strict=False)]
        history = History(layout, tuple(chunks[: len(reference)]), tuple(chunks[len(reference) :]))
        spec = replace(SPEC, metric="accuracy", tolerance=0.1)
        return compose(spec, assess(history, METRICS["accuracy"], 0.1), FACTS)

    return make


def test_the_lower_end_of_the_share_decides(chunk, layout):
    before = chunk(2_000, 0)
    rows = next(hit for hit in range(1_000) if wilson(hit, 1_000)[0] > 0.1)
    assert beyond(layout, before, chunk(1_000, 1, above=rows - 1)) is None
    limit = beyond(layout, before, chunk(1_000, 1, above=rows))
    assert (limit.feature, limit.share) == ("x", rows / 1_000)
    assert limit.low < limit.share < limit.high


@pytest.mark.parametrize(("share", "called"), [(0.0, 0), (0.05, 0), (0.26, 40)])
def test_it_is_said_of_many_rows_beyond_and_never_of_few(chunk, layout, share, called):
    before, rng = chunk(2_000, 0), np.random.default_rng(1)
    assert called == sum(
        beyond(layout, before, chunk(300, seed, above=rng.binomial(300, share))) is not None
        for seed in range(40)
    )


def test_the_column_with_most_rows_is_named(chunk, layout):
    limit = beyond(layout, chunk(2_000, 0), chunk(1_000, 1, above=200, foreign=300))
    assert (limit.feature, limit.share) == ("t", 0.3)


def test_values_that_the_reference_period_had_too_are_none(chunk, layout):
    """Of very many categories not all are listed: such rows are known together."""
    assert beyond(layout, chunk(2_000, 0, foreign=30), chunk(1_000, 1, foreign=300)) is None


def test_counters_and_columns_of_one_value_are_passed_over(chunk, layout):
    before, now = chunk(2_000, 0), chunk(1_000, 1, above=900)
    assert beyond(layout, before, now, usual={"x"}) is None
    x, town = layout.features
    constant = replace(layout, features=(replace(x, edges=(0.0, 1.0)), town))
    cells = np.zeros((constant.cells, 3), dtype=np.int64)
    cells[2] = 1_000
    only = replace(now, cells=cells)
    assert beyond(constant, replace(before, cells=np.zeros_like(cells)), only) is None


def test_without_labels_the_share_stands_in_place_of_a_number(chunk, document):
    reference = [chunk(800, at) for at in range(4)]
    log = [chunk(800, 10 + at, above=208, labelled=False) for at in range(3)]
    health = document(reference, log)
    codes = [finding["code"] for finding in health["findings"]]
    assert codes == ["CT-H10", "CT-H15", "CT-H44"]
    assert (
        "The share of right predictions (accuracy) cannot be estimated: 26 % (23-29 %) of the rows"
        in health["sentence"]
    )
    for entry in health["chunks"]:
        assert entry["estimated"] == {}
        assert entry["not_estimated"]["parameters"]["feature"] == "x"


def test_after_the_last_labels_it_is_said_too(chunk, document):
    reference = [chunk(800, at) for at in range(4)]
    log = [*(chunk(800, 10 + at) for at in range(3)), chunk(800, 20, above=208, labelled=False)]
    health = document(reference, log)
    codes = [finding["code"] for finding in health["findings"]]
    assert "CT-H16" in codes
    assert not {"CT-H15", "CT-H27"} & set(codes)
    assert "not_estimated" not in health["chunks"][0]
    assert health["chunks"][0]["estimated"]["accuracy"]["value"] > 0.5


def test_where_rows_lie_inside_they_are_estimated(chunk, document):
    health = document(
        [chunk(800, at) for at in range(4)], [chunk(800, 10, labelled=False), chunk(800, 11, labelled=False)]
    )
    assert [finding["code"] for finding in health["findings"]] == ["CT-H10", "CT-H11"]
