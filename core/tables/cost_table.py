"""Costs of decisions as people write them: a table of labels by predictions, as CSV or JSON."""

import csv
import json
from collections.abc import Mapping, Sequence
from io import StringIO

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
    if text.lstrip().startswith("{"):
        return _of_json(text, currency)
    head, *lines = [[cell.strip() for cell in line] for line in csv.reader(StringIO(text)) if any(line)] or [
        []
    ]
    return _table(head[1:], {line[0]: line[1:] for line in lines}, currency)


def _of_json(text: str, currency: str) -> Costs:
    try:
        document = json.loads(text)
        costs = {str(label): {str(p): c for p, c in row.items()} for label, row in document["costs"].items()}
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise DataError("The costs are no JSON of labels by predictions.", HINT) from error
    classes = list(costs)
    rows = {label: [row.get(name, "") for name in classes] for label, row in costs.items()}
    return _table(classes, rows, currency or str(document.get("currency", "")))


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
