"""A number as text: one way, so that two people who mean the same number write the same label."""

from math import isfinite


def as_label(value: float) -> str:
    """The number with 12 significant digits: two labels are the same number when these are the same.

    >>> as_label(42.0), as_label(0.1 + 0.2), as_label(-1250000.5), as_label(-0.0)
    ('42', '0.3', '-1250000.5', '0')
    """
    return f"{value + 0.0:.12g}"


def as_text(label: str | float) -> str:
    """A label as answers are kept: a class as it is, a number by `as_label`.

    >>> as_text("yes"), as_text(2.5), as_text(3.0)
    ('yes', '2.5', '3')
    """
    return label if isinstance(label, str) else as_label(label)


def parse_number(text: str) -> float | None:
    """The number that a person typed, or None.

    A comma is refused: it separates thousands in one country and decimals in the next.

    >>> [parse_number(text) for text in (" 1250.5 ", "1,250", "nan", "12 apples", "1_000")]
    [1250.5, None, None, None, None]
    """
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in text else None


def short_number(value: float) -> str:
    """The number for people, rounded to what matters: three digits, or the whole number.

    >>> short_number(0.04567), short_number(41.27), short_number(12345.6), short_number(0)
    ('0.0457', '41.3', '12,346', '0')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 -- three digits
