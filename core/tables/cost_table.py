"""Costs of decisions as people write them: a table of labels by predictions, as CSV or JSON."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

from core.errors import DataError
from core.model import Costs

PAIR = 2
HINT = (
    "Write a CSV with the predictions in the first line and a label in front of every other one, or JSON: "
    '{"currency": "EUR", "costs": {"no": {"no": 0, "yes": 5}, "yes": {"no": 50, "yes": 2}}}.'
)


def read_costs(text: str, currency: str = "") -> Costs:
    r"""The costs in a text; a currency that is said here counts before one in JSON.

    Raises:
        DataError: it is no such table; the message says which cell is wrong.

    >>> read_costs("label,no,yes\nno,0,5\nyes,50,2\n", "EUR").rows
    ((0.0, 5.0), (50.0, 2.0))
    >>> read_costs('{"currency": "USD", "costs": {"a": {"a": 0, "b": 1}, "b": {"a": 2, "b": 0}}}').currency
    'USD'
    """
    text = text.lstrip("\ufeff \t\r\n")
    return _of_json(text, currency) if text.startswith("{") else _of_csv(text, currency)


def _of_csv(text: str, currency: str) -> Costs:
    """Spreadsheets that write 5,50 for five and a half put semicolons between the cells."""
    first = text.partition("\n")[0]
    semicolons = ";" in first and "," not in first
    lines = csv.reader(StringIO(text), delimiter=";" if semicolons else ",")
    head, *rows = [[cell.strip() for cell in line] for line in lines if any(line)] or [[]]
    if head and head[0].lower().startswith("predict"):
        raise DataError("The costs stand the other way round: lines are labels, columns predictions.", HINT)
    if semicolons:
        rows = [[label, *(cell.replace(",", ".") for cell in cells)] for label, *cells in rows]
    return _table(head[1:], _by_label((label, cells) for label, *cells in rows), currency)


def _of_json(text: str, currency: str) -> Costs:
    try:
        document = json.loads(text, object_pairs_hook=_by_label)
        costs = {label: dict(row.items()) for label, row in document["costs"].items()}
        unit = currency or document.get("currency") or ""
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise DataError("The costs are no JSON of labels by predictions.", HINT) from error
    if not isinstance(unit, str):
        raise DataError(f"The currency is {unit!r}, which is no text.", HINT)
    return table_of_costs(costs, unit)


def _by_label(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The rows of a table: of a label that stands there twice nobody knows which row is meant."""
    rows: dict[str, Any] = {}
    for label, row in pairs:
        if label in rows:
            raise DataError(f"The costs name {label!r} twice.", HINT)
        rows[label] = row
    return rows


def table_of_costs(costs: Mapping[str, Mapping[str, object]], currency: str) -> Costs:
    """The costs of label -> prediction -> cost.

    Raises:
        DataError: it does not name every class once as label and once as prediction, or a cost is no number.
    """
    classes = list(costs)
    if any(set(row) - set(classes) for row in costs.values()):
        raise DataError("The costs do not name every class once as label and once as prediction.", HINT)
    return _table(
        classes, {label: [row.get(name, "") for name in classes] for label, row in costs.items()}, currency
    )


def _table(predictions: list[str], rows: Mapping[str, Sequence[object]], currency: str) -> Costs:
    once = len(set(predictions)) == len(predictions) >= PAIR
    if not once or set(predictions) != set(rows):
        raise DataError("The costs do not name every class once as label and once as prediction.", HINT)
    matrix = []
    for label in predictions:
        if len(rows[label]) != len(predictions):
            raise DataError(f"The costs of the label {label!r} are not one for every prediction.", HINT)
        pairs = zip(predictions, rows[label], strict=True)
        matrix.append(tuple(_number(cell, label, name) for name, cell in pairs))
    return Costs(tuple(predictions), tuple(matrix), currency)


def _number(cell: object, label: str, prediction: str) -> float:
    try:
        return float(str(cell))
    except ValueError as error:
        problem = f"The cost of {label!r} predicted as {prediction!r} is {cell!r}, which is no number."
        raise DataError(problem, HINT) from error
