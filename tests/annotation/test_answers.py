"""Answers from a browser: classes as they are, numbers written one way, the rest refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.annotation.submissions import label_of, parse_submission
from core.errors import LabelError

ANSWER = {
    "uid": "0190f7a0-0000-7000-8000-000000000001",
    "task": 1,
    "action": "label",
    "at": 1_700_000_000_000,
}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_same_number_is_always_the_same_label(value):
    once = label_of(repr(value), ())
    assert label_of(once, ()) == once
    assert float(once) == pytest.approx(value, rel=1e-11, abs=0)


def test_two_ways_of_writing_a_number_are_one_vote():
    assert {label_of(text, ()) for text in ("41", "41.0", " 4.1e1 ", "+41", "41.0000000000001")} == {"41"}


@pytest.mark.parametrize("text", ["", "nan", "inf", "1,5", "forty", "1_0", None, 41, "1e999"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(LabelError, match="is not a number"):
        parse_submission({**ANSWER, "label": text}, ())


def test_a_class_stays_as_it_is():
    assert parse_submission({**ANSWER, "label": "041"}, ("041", "42")).label == "041"
    with pytest.raises(LabelError, match="not a class"):
        parse_submission({**ANSWER, "label": "41"}, ("041", "42"))
