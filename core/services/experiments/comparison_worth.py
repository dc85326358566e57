"""What a challenger would save for each period, and what it must gain or save to be worth a promotion."""

from core.errors import RetrainError
from core.health.performance import formatting
from core.health.performance.formatting import amount, with_currency
from core.health.performance.money import Money
from core.services.experiments.comparison_inputs import Pair
from core.stats.measures.cost_matrix import NAME as COST
from core.stats.paired import Difference
from core.training.comparison.decision import Worth


def what_is_worth(
    two: Pair, differences: dict[str, Difference], metric: str, rows_of_chunk: int
) -> list[Worth]:
    """What the model asks of a promotion beyond being better.

    Raises:
        RetrainError: a saving for each period is asked for, and nobody knows how many rows a period has.
    """
    spec, worth = two.spec, []
    if spec.least_gain is not None and metric == spec.metric:  # it is in the unit of that metric
        words = formatting.tolerance(two.metrics[metric], spec.least_gain)
        worth.append(Worth(spec.least_gain, differences[metric], words))
    if spec.least_saving is not None and COST in differences:
        rows = rows_of_chunk or (int(spec.chunk) if spec.chunk.isdigit() else 0)
        if not rows:
            raise RetrainError(
                f"A saving for each {spec.chunk} is asked for, and how many rows a {spec.chunk} has is not "
                "known.",
                "Check the model once, on Health or by `health`, then compare.",
            )
        per = f"{rows:,} rows" if spec.chunk.isdigit() else spec.chunk
        money = formatting.tolerance(two.metrics[COST], spec.least_saving)
        worth.append(Worth(spec.least_saving / rows, differences[COST], f"{money} per {per}"))
    return worth


def saving(two: Pair, differences: dict[str, Difference], rows: int) -> Money | None:
    """What the challenger would save for each period; None where nobody said what errors cost."""
    cost, paired = two.metrics.get(COST), differences.get(COST)
    if cost is None or paired is None:
        return None
    change = paired.difference, paired.low, paired.high
    return Money.of_rows(change, rows, two.spec.chunk, cost.counted_in)


def saving_sentence(paid: Money) -> str:
    """The difference in money, for people.

    >>> saving_sentence(Money.of_rows((0.2, 0.1, 0.3), 2000, "month", "EUR"))
    'In money: 400 EUR less per month (between 200 and 600 EUR less).'
    """
    more = "less" if paid.value >= 0 else "more"
    sign = 1 if paid.value >= 0 else -1
    low, high = sorted((sign * paid.low, sign * paid.high))
    half = (paid.high - paid.low) / 2
    value, first, last = (amount(part, half) for part in (abs(paid.value), low, high))
    unit = with_currency("", paid.currency).rstrip()
    return f"In money: {value}{unit} {more} per {paid.per} (between {first} and {last}{unit} {more})."
