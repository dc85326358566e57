"""What a search tells of the next step: what more labels, more minutes and better labels could gain."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JourneyRules:
    """What an outlook rests on.

    Attributes:
        answer_seconds: an expert's time for one label: five a minute, the pace of a queue of records.
        least_tuned: points of parameters before the pace of tuning is told: fewer are luck.
        share: of the last doubling's gain that the next one brings where only one was measured: a half, as
            of errors that fall as 1/n. Slower power laws keep more (.71 the root), so that too little is
            promised rather than too much.
    """

    answer_seconds: float = 12.0
    least_tuned: int = 6
    share: float = 0.5


RULES = JourneyRules()


@dataclass(frozen=True, slots=True)
class Gain:
    """What a step could gain, in the metric's unit, more is better, and what it costs in minutes."""

    value: float
    minutes: float

    @property
    def per_minute(self) -> float:
        """By which steps are ranked."""
        return self.value / max(self.minutes, 1e-9)


def of_twice_the_rows(full: float, half: float, quarter: float | None, rules: JourneyRules = RULES) -> float:
    """What doubling the rows once more would gain, from the merits with a quarter, half and all of them.

    Learning curves are close to power laws: each doubling gains the same share of the one before it (Hestness
    et al. 2017). Without a quarter, half of what the last one gained; never more than it, never below 0.

    >>> round(of_twice_the_rows(0.90, 0.88, 0.84), 3), of_twice_the_rows(0.90, 0.91, 0.80)
    (0.01, 0.0)
    >>> round(of_twice_the_rows(0.90, 0.88, None), 3)
    0.01
    """
    last = full - half
    if last <= 0:
        return 0.0
    before = None if quarter is None else half - quarter
    share = rules.share if before is None else (last / before if before > 0 else 1.0)
    return last * min(1.0, share)


def of_labels(value: float, labels: int, rules: JourneyRules = RULES) -> Gain:
    """What so many further labels would gain, for the time that experts need for them.

    >>> of_labels(0.01, 10)
    Gain(value=0.01, minutes=2.0)
    """
    return Gain(value, labels * rules.answer_seconds / 60)


def of_searching_on(merits: list[float], seconds: list[float], rules: JourneyRules = RULES) -> Gain | None:
    """What the same minutes again would gain: what the second half of the points of parameters gained.

    Args:
        merits: of the points in their order; more is better.
        seconds: that each took.
        rules: from how many points on.

    >>> of_searching_on([0.1, 0.2, 0.3, 0.3, 0.4, 0.35], [10.0] * 6)
    Gain(value=0.10000000000000003, minutes=0.5)
    """
    if len(merits) < rules.least_tuned:
        return None
    middle = len(merits) // 2
    value = max(merits) - max(merits[:middle])
    return Gain(value, sum(seconds[middle:]) / 60)
