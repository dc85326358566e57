"""The ideas answer the open question first and never leave a person without one."""

from hypothesis import given
from hypothesis import strategies as st

from core.training.next_ideas import Situation, rank


def test_disagreements_come_before_more_labels_and_recipes():
    ideas = rank(
        Situation(
            untried=(("extra_trees", "Trees"),),
            disagreements=118,
            labels_needed=900,
            unlabelled=400,
            waiting=3,
        )
    )
    assert [idea.act for idea in ideas] == ["review", "relabel", "recipe", "data"]
    assert "118" in ideas[0].sentence
    assert ideas[-1].sentence == "Label about 400 of the 400 unlabelled rows."


def test_a_spent_holdout_comes_first():
    assert rank(Situation(spent=True, waiting=5))[0].act == "holdout"


@given(
    st.builds(
        Situation,
        waiting=st.integers(0, 9),
        disagreements=st.integers(0, 9),
        labels_needed=st.none() | st.integers(1, 99),
        unlabelled=st.integers(0, 9),
        spent=st.booleans(),
        weak=st.lists(st.text(max_size=5), max_size=2).map(tuple),
    )
)
def test_there_is_always_something_to_do(situation):
    assert rank(situation)
