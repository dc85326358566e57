"""Costs of decisions as a notebook has them: a mapping of labels, or a table."""

from collections.abc import Mapping
from typing import Any

from core.errors import DataError
from core.model import Costs
from core.tables.cost_table import table_of_costs
from core.tables.values.number_text import as_text


def costs_from_table(costs: Any, currency: str = "") -> Costs:
    """The costs by label and prediction.

    Raises:
        DataError: they do not name every class once as label and once as prediction, or are no numbers.

    >>> costs_from_table({0: {0: 0, 1: 5}, 1: {0: 50, 1: 2}}, "EUR")
    Costs(classes=('0', '1'), rows=((0.0, 5.0), (50.0, 2.0)), currency='EUR')
    """
    if isinstance(costs, Costs):
        return costs
    by_label = costs.to_dict(orient="index") if hasattr(costs, "to_dict") else costs
    if not isinstance(by_label, Mapping) or not all(isinstance(row, Mapping) for row in by_label.values()):
        raise DataError(
            "The costs are no table of labels by predictions.",
            "Give e.g. {'no': {'no': 0, 'yes': 5}, 'yes': {'no': 50, 'yes': 2}}.",
        )
    named = {as_text(label): {as_text(name): c for name, c in row.items()} for label, row in by_label.items()}
    return table_of_costs(named, currency)
