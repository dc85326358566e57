"""Every number by which Caretaker trains by itself, and what a model may say about it."""

from dataclasses import asdict, dataclass
from math import isfinite

from core.errors import DataError
from core.model import Automation, ModelSpec


@dataclass(frozen=True, slots=True)
class AutomationRules:
    """Limits of what a model may ask for.

    Attributes:
        shortest_days: between two trainings: one hour, as each comparison is a look at the same holdout.
        longest_days: ten years; beyond, a number was mistyped.
        shortest_minutes: of a search; the command `search` has the same.
        longest_minutes: one day.
        look_seconds: between two looks whether something is due; a look reads the finding of each model that
            trains by itself, and a training takes minutes.
    """

    shortest_days: float = 1 / 24
    longest_days: float = 3_650.0
    shortest_minutes: float = 0.1
    longest_minutes: float = 1_440.0
    look_seconds: float = 30.0


RULES = AutomationRules()


def require_automation(wish: Automation | None, rules: AutomationRules = RULES) -> Automation | None:
    """What a model asks for, if it is within the limits; a rule that never begins anything is none.

    Raises:
        DataError: a number is outside its limits.

    >>> require_automation(Automation(promote_by_itself=True)) is None
    True
    >>> require_automation(Automation(on_alarm=True)).pause_days
    7.0
    """
    if wish is None or (wish.every_days is None and not wish.on_alarm):
        return None
    _require("days between two trainings", wish.every_days, rules.shortest_days, rules.longest_days)
    _require("days of the pause", wish.pause_days, rules.shortest_days, rules.longest_days)
    _require("minutes of a search", wish.minutes, rules.shortest_minutes, rules.longest_minutes)
    if wish.new_labels < 0:
        raise DataError(
            f"{wish.new_labels:,} new labels cannot be waited for.", "Write 0 to train without any."
        )
    return wish


def require_one_who_decides(spec: ModelSpec) -> None:
    """Hold the rule that promotes by itself against the second person.

    Raises:
        DataError: the model asks for both.
    """
    if spec.second_person and spec.automation is not None and spec.automation.promote_by_itself:
        raise DataError(
            "Promotions of this model need a second person, so no rule may promote by itself.",
            "Take one of the two back: the second person, or the promotion by itself.",
        )


def same_wish(one: Automation | None, other: Automation | None) -> bool:
    """Whether two rules ask for the same, whoever set them.

    >>> same_wish(Automation(on_alarm=True, set_by="eve"), Automation(on_alarm=True))
    True
    """
    return _wish(one) == _wish(other)


def describe(rule: Automation | None) -> str:
    """The rule in words.

    >>> describe(Automation(every_days=30, on_alarm=True, pause_days=7, new_labels=1))
    "each 30 days and on an alarm, at most once in 7 days, from 1 new label on: the champion's recipe"
    >>> describe(Automation(on_alarm=True, minutes=10, new_labels=0, pause_days=1, promote_by_itself=True))
    'on an alarm, at most once a day: a search of 10 minutes; what is better is promoted by itself'
    >>> describe(None)
    'never'
    """
    if rule is None:
        return "never"
    when = [f"each {_days(rule.every_days)}"] if rule.every_days is not None else []
    when += ["on an alarm"] if rule.on_alarm else []
    most = "at most once a day" if rule.pause_days == 1 else f"at most once in {_days(rule.pause_days)}"
    labels = (
        f", from {rule.new_labels:,} new {_plural('label', rule.new_labels)} on" if rule.new_labels else ""
    )
    what = "the champion's recipe"
    if rule.minutes is not None:
        what = f"a search of {rule.minutes:g} {_plural('minute', rule.minutes)}"
    last = "; what is better is promoted by itself" if rule.promote_by_itself else ""
    return f"{' and '.join(when)}, {most}{labels}: {what}{last}"


def _wish(rule: Automation | None) -> dict[str, object] | None:
    return None if rule is None else {**asdict(rule), "set_by": "", "set_at": ""}


def _require(what: str, value: float | None, least: float, most: float) -> None:
    if value is not None and not (isfinite(value) and least <= value <= most):
        raise DataError(f"{value:g} {what} are too few or too many.", f"From {least:.3g} to {most:,.0f}.")


def _days(number: float) -> str:
    return f"{number:g} {_plural('day', number)}"


def _plural(word: str, number: float) -> str:
    return word if number == 1 else f"{word}s"
