"""What holds for a row is a function of the set of its events: arrival cannot change it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.annotation.events import Event, fold

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
ACTIONS = ("label", "label", "label", "skip", "unsure", "flag", "note", "undo", "adjudicate", "import")


def event(uid, person="ann", action="label", label=None, seconds=0, supersedes=None):
    return Event(uid, "r", person, action, NOON + timedelta(seconds=seconds), label, None, supersedes)


@st.composite
def histories(draw):
    found = []
    for n in range(draw(st.integers(1, 12))):
        action = draw(st.sampled_from(ACTIONS))
        label = draw(st.sampled_from("49")) if action in {"label", "adjudicate", "import"} else None
        target = draw(st.sampled_from([f"u{k}" for k in range(12)])) if action == "undo" else None
        person = draw(st.sampled_from(("ann", "bob", "eve")))
        found.append(event(f"u{n}", person, action, label, draw(st.integers(0, 5)), target))
    return found


@given(histories(), st.integers(1, 3), st.randoms())
def test_any_order_and_any_repeats_give_the_same(history, want, random):
    sent = history + random.choices(history, k=5)
    random.shuffle(sent)
    assert fold(sent, want) == fold(history, want)


@given(histories())
def test_people_cannot_take_back_the_answers_of_others(history):
    ours = event("mine", "zoe", "label", "4", 9)
    theirs = [replace(each, supersedes="mine") for each in history if each.action == "undo"]
    held = fold([*history, ours, *theirs])
    assert held is not None
    assert held.votes["zoe"] == {"action": "label", "label": "4"}


def test_the_newest_answer_of_a_person_counts():
    held = fold([event("b", label="9", seconds=2), event("a", label="4", seconds=1)])
    assert (held.state, held.label, held.version) == ("settled", "9", 2)


def test_undo_returns_to_the_answer_before():
    history = [event("a", label="4"), event("b", label="9", seconds=1)]
    undo = event("c", action="undo", seconds=2, supersedes="b")
    assert fold([undo, *history]).label == "4"
    assert fold([undo, *history, event("d", action="undo", seconds=3, supersedes="a")]) is None


def test_a_skip_or_a_note_is_no_answer():
    assert fold([event("a", action="skip"), event("b", action="note")]) is None


def test_fewer_people_than_wanted_settle_nothing():
    one, two = event("a", label="4"), event("b", "bob", label="4")
    assert fold([one], want=2) is None
    assert fold([one, two], want=2).label == "4"


def test_an_even_split_waits_for_adjudication():
    history = [event("a", label="4"), event("b", "bob", label="9")]
    assert fold(history).state == "conflict"
    assert fold([*history, event("c", "eve", label="9")]).label == "9"
    assert fold([*history, event("d", "eve", "adjudicate", "4")]).label == "4"


def test_unsure_gives_way_to_a_label_and_a_flag_does_not():
    unsure, flag, label = event("a", action="unsure"), event("b", "bob", "flag"), event("c", "eve", label="4")
    assert fold([unsure]).state == "unsure"
    assert fold([unsure, label]).label == "4"
    assert fold([flag, label]).state == "flagged"
