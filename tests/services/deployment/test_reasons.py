"""A reason that says nothing lets nothing pass, and none that says something is kept out."""

import re

import pytest

from core.errors import PromotionRefused
from core.services.deployment.reasons import OVERRIDES, RULES, OverrideNeeded, require_reason, says_something
from core.settings import PROJECT
from core.store.tables import Deployment


def test_no_sentence_of_our_own_documents_is_kept_out():
    """The source of the two numbers: reasons are written like these."""
    texts = [path.read_text() for path in PROJECT.glob("docs/**/*.md")]
    sentences = [part.strip() for text in texts for part in re.split(r"[.:|\n]", text)]
    written = [part for part in sentences if len(re.findall(r"[a-zA-Z]{2,}", part)) > 3]
    assert len(written) > 1000
    assert [part for part in written if not says_something(part)] == []


@pytest.mark.parametrize("text", ["", "x" * 40, "please please", "because because", "1234567890"])
def test_what_says_nothing_is_no_reason(text):
    assert not says_something(text)


def test_the_limits_belong_to_the_reasons():
    assert says_something("abcdef" + "1" * (RULES.letters - 6))
    assert not says_something("abcdef" + "1" * (RULES.letters - 7))
    assert not says_something("abcde" + "1" * RULES.letters)


def test_the_kinds_of_an_override_are_those_of_the_table():
    (check,) = [c for c in Deployment.__table__.constraints if "override" in str(c.name)]
    assert re.findall(r"'(\w+)'", str(check.sqltext)) == list(OVERRIDES)


@pytest.mark.parametrize(
    ("verdict", "reason", "override", "refused"),
    [
        ("better", "", None, None),
        ("better", "", "odd", OverrideNeeded),
        ("not_worse", "half the size", None, None),
        ("not_worse", "half", None, PromotionRefused),
        ("worse", "half the size", None, OverrideNeeded),
        ("worse", "half", "other", PromotionRefused),
        ("cannot_tell", "half the size", "smaller_or_faster", None),
    ],
)
def test_each_verdict_asks_for_its_own(verdict, reason, override, refused):
    if refused is None:
        require_reason("2", verdict, reason, override)
        return
    with pytest.raises(refused):
        require_reason("2", verdict, reason, override)
