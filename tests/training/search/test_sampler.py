"""Broken here: a search repeats what it tried, forgets it after a restart, or is no better than chance."""

import numpy as np
import pytest

from core.errors import RetrainError
from core.training.search.sampler import Tried, propose
from core.training.search.spaces import Choice, Number, Whole, read_space

SPACE = {"depth": Whole(1, 64, log=True), "rate": Number(0.01, 1.0, log=True), "kind": Choice(("a", "b"))}


STRANGE = [3, {"a": ()}, {"a": (2, 1)}, {"a": []}, {"a": (0, 1, "log")}, {"a": (1, 2, "x")}]


def merit(point):
    return -abs(np.log(point["rate"] / 0.1)) - abs(np.log(point["depth"] / 8)) - (point["kind"] == "b")


def climb(seed, n=40):
    tried = []
    for number in range(n):
        point = propose(SPACE, tried, seed=1_000 * seed + number)
        tried.append(Tried(point, merit(point)))
    return tried


def test_points_lie_in_the_space_and_are_never_repeated():
    tried = climb(0)
    assert all(SPACE[name].has(value) for one in tried for name, value in one.parameters.items())
    assert len({tuple(sorted(one.parameters.items())) for one in tried}) == len(tried)


def test_the_same_history_gives_the_same_point():
    tried = climb(1, 12)
    assert propose(SPACE, tried, 7) == propose(SPACE, list(tried), 7)


def test_what_earlier_searches_found_is_gone_on_from():
    """With forty points in memory the next five are nearer to the best than five of a fresh search."""
    gains = []
    for seed in range(3):
        known = climb(seed)
        later = [propose(SPACE, known, 10_000 + k) for k in range(5)]
        fresh = [propose(SPACE, [], 10_000 + k) for k in range(5)]
        gains.append(np.median([merit(p) for p in later]) - np.median([merit(p) for p in fresh]))
    assert min(gains) > 0


def test_a_space_that_is_used_up_ends():
    every = [Tried({"kind": kind}, 0.0) for kind in ("a", "b")]
    assert propose({"kind": Choice(("a", "b"))}, every, 0) is None


def test_points_of_an_older_space_are_left_out():
    old = [Tried({"depth": 900, "rate": 0.1, "kind": "a"}, 9.0), Tried({"depth": 3}, 9.0)]
    assert propose(SPACE, old, 3) == propose(SPACE, [], 3)


@pytest.mark.parametrize(
    "space", [3, {"a": ()}, {"a": (2, 1)}, {"a": []}, {"a": (0, 1, "log")}, {"a": (1, 2, "x")}]
)
def test_own_code_is_told_what_its_space_must_be(space):
    with pytest.raises(RetrainError, match="search space of mine"):
        read_space(space, "mine")
