"""How far a growing table was read: its watermark as JSON, without the loss of a digit."""

import json
import math
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.errors import DataError


def encode(mark: Any) -> Any:
    """A watermark as JSON knows it: a number with all its digits, or a text.

    >>> encode(datetime(2024, 1, 31)), encode(Decimal("7"))
    ('2024-01-31T00:00:00', 7)
    """
    if isinstance(mark, datetime | date):
        return mark.isoformat()
    if isinstance(mark, Decimal) and mark == mark.to_integral_value():
        return int(mark)
    return mark if isinstance(mark, int | float | Decimal) else str(mark)


def to_json(mark: Any) -> str:
    """A watermark as it is stored.

    >>> to_json(Decimal("12345678901234567.80")), to_json(0.1), to_json("a")
    ('12345678901234567.8', '0.1', '"a"')
    """
    plain = encode(mark)
    return _digits(plain) if isinstance(plain, Decimal) else json.dumps(plain)


def from_json(text: str) -> Any:
    """The encoded watermark that was stored; a number that is no double is a decimal.

    >>> from_json("12345678901234567.8"), from_json("0.1")
    (Decimal('12345678901234567.8'), 0.1)
    """
    return json.loads(text, parse_float=_number)


def back(mark: Any, distance: float) -> Any:
    """An encoded watermark so many seconds (units of a number) earlier.

    Raises:
        DataError: it is neither a moment nor a number.

    >>> back(100, 30), back("2024-01-31 00:10:00", 600), back("2024-01-31", 86400)
    (70, '2024-01-31 00:00:00', '2024-01-30')
    """
    if not distance:
        return mark
    if isinstance(mark, int):
        return mark - math.ceil(distance)
    if isinstance(mark, Decimal):
        return mark - Decimal(distance)
    if isinstance(mark, float):
        return mark - distance
    try:
        earlier = datetime.fromisoformat(mark) - timedelta(seconds=distance)
    except ValueError as error:
        raise DataError(
            f"The watermark {mark!r} is neither a number nor a moment.", "Leave out the look back."
        ) from error
    if len(mark) == len("2024-01-31"):
        return earlier.date().isoformat()
    return earlier.isoformat(sep="T" if "T" in mark else " ")


def _number(text: str) -> float | Decimal:
    exact, double = Decimal(text), float(text)
    return double if Decimal(repr(double)) == exact else exact


def _digits(number: Decimal) -> str:
    """The digits of a number that is not whole, without zeros at the end: its scale is that of its block."""
    return f"{number:f}".rstrip("0")
