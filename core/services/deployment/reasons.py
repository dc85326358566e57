"""What a promotion must be given for: by verdict, a written reason and the kind of an override."""

from dataclasses import dataclass
from typing import Final

from core.errors import PromotionRefused

FIRST: Final = "first"
"""In place of a verdict, where nothing is in production that a version could be compared with."""
OVERRIDES: Final = {
    "corrected_labels": "corrected labels",
    "smaller_or_faster": "smaller or faster",
    "safety_or_law": "safety or law",
    "repaired_data": "repaired data",
    "other": "another reason",
}
"""Kind -> how people read it: what can make a version worth having that is not shown to be better."""


@dataclass(frozen=True, slots=True)
class ReasonRules:
    """What makes a text a reason.

    Of the sentences and table cells of our own documents with ten letters or more, none falls below these
    numbers (`tests/services/deployment/test_reasons.py` reads them); "aaaaaaaaaa", "please please" and
    "asdfasdfasdf" do.

    Attributes:
        letters: fewest characters.
        different: fewest different letters.
    """

    letters: int = 10
    different: int = 6


RULES: Final = ReasonRules()


class OverrideNeeded(PromotionRefused):
    """The comparison does not say that the version is better, and no override of a known kind was given.

    Next: name the kind of the override and write the reason, or keep searching.
    """

    http_status = PromotionRefused.http_status


def says_something(text: str, rules: ReasonRules = RULES) -> bool:
    """Whether a text is a reason: long enough, and neither one letter nor one word again and again.

    >>> says_something("half the size, same errors"), says_something("aaaaaaaaaaaa"), says_something("ok")
    (True, False, False)
    """
    words = [word.strip(".,;:!?") for word in text.casefold().split()]
    letters = {letter for letter in text.casefold() if letter.isalpha()}
    repeats = len(words) > 1 and len(set(words)) == 1
    return len(text.strip()) >= rules.letters and len(letters) >= rules.different and not repeats


def needs_override(verdict: str) -> bool:
    """Whether a promotion with this verdict is an override, marked for ever; a refit was tested instead.

    >>> [needs_override(verdict) for verdict in ("better", "small_gain", "not_worse", "cannot_tell", "worse")]
    [False, False, False, True, True]
    """
    return verdict not in {"better", "small_gain", "not_worse", "refit"}


def require_reason(version: str, verdict: str, reason: str, override: str | None) -> None:
    """Let a promotion pass that is given for what its verdict asks.

    Args:
        version: of the challenger.
        verdict: of its comparison; "better" and "refit" ask for nothing; "first", that of no comparison, asks
            for an override.
        reason: what was written.
        override: kind out of `OVERRIDES`, which "cannot_tell" and "worse" need beside the reason.

    Raises:
        OverrideNeeded: no override, or one of an unknown kind.
        PromotionRefused: the reason is missing or says nothing.
    """
    unproven = f"The comparison does not say version {version} is better: {verdict.replace('_', ' ')}."
    if verdict == FIRST:
        unproven = f"Nothing is in production here to compare version {version} with, and no test was made."
    if verdict == "small_gain":
        unproven = f"The comparison does not say version {version} is better by what is worth a promotion."
    if override is not None and override not in OVERRIDES:
        raise OverrideNeeded(f"{override!r} is no kind of override.", f"These are: {', '.join(OVERRIDES)}.")
    if needs_override(verdict) and override is None:
        raise OverrideNeeded(
            unproven, f"Say by which kind of override, {', '.join(OVERRIDES)}, and why, or keep searching."
        )
    if verdict not in {"better", "refit"} and not says_something(reason):
        raise PromotionRefused(
            unproven,
            f"Give a written reason of at least {RULES.letters} characters and {RULES.different} different "
            "letters that says something, or keep searching.",
        )
