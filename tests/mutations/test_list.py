"""Broken here: a mutation in the list can no longer be made: nobody knows whether a test would notice it."""

import ast

import pytest

from tests.mutations.mutation import ROOT
from tests.mutations.rooms import MUTATIONS, PURE

BY_ROOM = {room: [m for group in groups.values() for m in group] for room, groups in MUTATIONS.items()}
EVERY = [mutation for mutations in BY_ROOM.values() for mutation in mutations]


@pytest.mark.parametrize("mutation", EVERY, ids=lambda mutation: f"{mutation.file}: {mutation.meaning}")
def test_the_mutation_can_be_made(mutation):
    """Its text stands there exactly once, and Python reads what stands there instead."""
    source = (ROOT / mutation.file).read_text(encoding="utf-8")
    assert ast.dump(ast.parse(mutation.apply(source))) != ast.dump(ast.parse(source))


@pytest.mark.parametrize("room", PURE)
def test_every_pure_room_has_ten_and_notices_them_itself(room):
    assert len(BY_ROOM[room]) >= 10
    assert all(mutation.file.startswith(f"core/{room}/") for mutation in BY_ROOM[room])
    assert all(tests.startswith(f"tests/{room}") for tests in MUTATIONS[room])


def test_the_tests_that_must_notice_exist():
    tests = [path for groups in MUTATIONS.values() for path in groups]
    assert [path for path in tests if not (ROOT / path).exists()] == []


def test_none_is_made_twice():
    assert len({(mutation.file, mutation.text, mutation.replacement) for mutation in EVERY}) == len(EVERY)
