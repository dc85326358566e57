"""Columns in every form in which a program may hold them, beside what must be stored of each cell."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from tests.benchmarks import cell_rules as rules

Rng = np.random.Generator
TYPED = ("parquet", "duckdb", "arrow")
TEXTS = [
    "NA",
    "null",
    "-",
    "True",
    "FALSE",
    "07",
    "1.0",
    " Ulm",
    "Ulm ",
    "a\u00a0b",
    "Mu\u0308ll",
    "M\u00fcll",
]
TEXTS += ['say "no"', "a,b;c|d", "line\nbreak", "tab\there", "=1+1", "\U0001f600", "x" * 300, "'", "1e5"]
TEXTS += ["1,5", "\u200bzero", "{}", "[1]", "0x1F", "1_000", "\u0130", "\u1e9e", "N/A", "a\\b", "#", "  "]
CLASSES = ("M\u00fcll", "gr\u00fcn", "not paid")
SPELLINGS = {
    "M\u00fcll": ("M\u00fcll", "Mu\u0308ll", " M\u00fcll", "m\u00fcll", "M\u200b\u00fcll"),
    "gr\u00fcn": ("gr\u00fcn", "GR\u00dcN ", "gru\u0308n\u00a0"),
    "not paid": ("not paid", "not\u00a0paid", " Not  Paid", "not\tpaid"),
}
ZONES = ("Europe/Berlin", "Asia/Kolkata", "America/New_York", "Pacific/Chatham", "UTC")
ENDS = ("", "\u00e9", "e\u0301", ",", "\u00a0x", ".0")
BLANK = 0.15


@dataclass(frozen=True)
class Column:
    """Cells as they are sent, what is stored of them, and the type of a typed file (None: texts)."""

    sent: list[Any]
    stored: list[Any]
    kind: pa.DataType | None = None

    def with_blanks(self, rng: Rng, form: str, *, words: bool = True) -> "Column":
        """Some cells are empty: nothing, or a word for it where the file may hold one."""
        texts = words and (form not in TYPED or self.kind is None)
        sent, stored = list(self.sent), list(self.stored)
        for at in np.flatnonzero(rng.random(len(sent)) < BLANK):
            sent[at] = str(rng.choice(rules.NOTHING)) if texts and rng.random() < 0.7 else None
            stored[at] = None
        return replace(self, sent=sent, stored=stored)

    def broken(self, at: int, cell: object) -> "Column":
        """One cell holds what it cannot: then all are texts."""
        sent = [cell if row == at else value for row, value in enumerate(self.sent)]
        return replace(self, sent=sent, kind=None)


def pick(rng: Rng, options: Sequence[Any]) -> Any:
    """One of them, as it is."""
    return options[int(rng.integers(len(options)))]


def read(cells: list[Any], rule: Callable[[Any], Any], kind: pa.DataType | None = None) -> Column:
    """The cells, with what the rule says of each."""
    return Column(cells, [rule(cell) for cell in cells], kind)


def numbers(rng: Rng, count: int, form: str) -> Column:
    """Doubles, singles, halves, whole numbers of 64 bits, decimals of up to 38 digits, and texts of them."""
    doubles = (rng.normal(size=count) * 10.0 ** rng.integers(-290, 290, count)).tolist()
    doubles[0] = pick(rng, [0.1 + 0.2, 2.0**-1074, 1 / 3, -0.0, 1.7976931348623157e308, 2.0**53 + 2])
    whole = rng.integers(-(2**63), 2**63 - 1, count).tolist()
    small = rng.normal(size=count).astype("float32")
    scale = int(rng.integers(0, 19))
    digits = [int(str(number)[: int(rng.integers(3, 20))]) for number in whole]
    decimals = [Decimal(number or 0).scaleb(-scale) for number in digits]
    column = pick(rng, [
        read(doubles, rules.number, pa.float64()),
        read(small.astype("float64").tolist(), rules.number, pa.float32()),
        read(whole, rules.number, pa.int64()),
        read([abs(number) * 2 + 1 for number in whole], rules.number, pa.uint64()),
        read(rng.integers(-128, 128, count).tolist(), rules.number, pick(rng, [pa.int8(), pa.int16()])),
        read(decimals, rules.number, pa.decimal128(38, scale)),
        read([_written(rng, number) for number in [*doubles[:3], *digits[3:]]], rules.number),
    ])  # fmt: skip
    return column.with_blanks(rng, form)


def _written(rng: Rng, value: float) -> str:
    plain = repr(value)
    ways = [plain, f" {plain}", f"{plain}\t", plain.replace("e", "E"), f"{value:.17e}"]
    ways += [] if plain.startswith("-") else [f"+{plain}"]
    ways += [f"00{plain}", f"{plain}.", f"{plain}.000"] if plain.isdigit() else []
    return str(pick(rng, ways))


def probabilities(rng: Rng, count: int) -> Column:
    """Scores, never empty."""
    values = rng.random(count)
    values[:2] = pick(rng, [[0.0, 1.0], [5e-324, 1 - 2**-53], [0.5, 1e-7]])
    few = [Decimal(int(value * 10**6)).scaleb(-6) for value in values]
    return pick(rng, [
        read(values.tolist(), rules.number, pa.float64()),
        read(values.astype("float32").astype("float64").tolist(), rules.number, pa.float32()),
        read(few, rules.number, pa.decimal128(9, 6)),
        read([f" {value!r}" for value in values.tolist()], rules.number),
    ])  # fmt: skip


def moments(rng: Rng, bases: Sequence[datetime], form: str) -> Column:
    """Days, dates with and without zone, day first with points, epochs; `bases` are in UTC."""
    way = pick(
        rng, ["written", "zones", "epoch", "typed"] if form in TYPED else ["written", "zones", "epoch"]
    )
    if way == "written":
        return read([_date(rng, base) for base in bases], rules.moment)
    if way == "zones":
        zones = [ZoneInfo(pick(rng, ZONES)) for _ in bases]
        moments_there = [
            base.replace(tzinfo=UTC).astimezone(zone) for base, zone in zip(bases, zones, strict=True)
        ]
        return read([_zoned(rng, moment) for moment in moments_there], rules.moment)
    if way == "epoch":
        unit = pick(rng, ["s", "ms", "us", "ns"])
        per = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
        cells = [
            _micro(base) * per // 10**6 + (int(rng.integers(1000)) if per > 10**6 else 0) for base in bases
        ]
        column = read(cells, lambda cell: rules.moment(cell, unit), pa.int64())
        return (
            replace(column, sent=[str(cell) for cell in cells], kind=None) if rng.random() < 0.5 else column
        )
    kind = pick(rng, [pa.timestamp(pick(rng, ["ms", "us", "ns"])), pa.date32(), pa.date64(), "zone"])
    if kind == "zone":
        kind = pa.timestamp("us", pick(rng, ZONES))
        return Column([base.replace(tzinfo=UTC) for base in bases], list(bases), kind)
    if pa.types.is_date(kind):
        return read([base.date() for base in bases], rules.moment, kind)
    if kind.unit == "ms":
        bases = [base.replace(microsecond=base.microsecond // 1000 * 1000) for base in bases]
    return read(list(bases), rules.moment, kind)


def _micro(base: datetime) -> int:
    return (base - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def _date(rng: Rng, base: datetime) -> str:
    """One way of many in which a date without a zone is written."""
    iso = base.isoformat(
        sep=pick(rng, ["T", " "]), timespec=pick(rng, ["minutes", "seconds", "microseconds"])
    )
    pointed = f"{base.day}.{base.month}.{base.year}"
    ways = [iso, base.date().isoformat(), pointed, f" {iso} ", f"{pointed} {base.hour}:{base.minute:02d}"]
    return str(pick(rng, ways))


def _zoned(rng: Rng, moment: datetime) -> str:
    whole = moment.replace(microsecond=0)
    text = pick(rng, [moment, whole]).isoformat(sep=pick(rng, ["T", " "]))
    if moment.utcoffset() == timedelta(0) and rng.random() < 0.5:
        return text.replace("+00:00", "Z")
    return str(text)


def texts(rng: Rng, count: int, form: str) -> Column:
    """Texts that look like something else, and whole numbers."""
    if form in TYPED and rng.random() < 0.2:
        return read(rng.integers(-(2**62), 2**62, count).tolist(), rules.text, pa.int64()).with_blanks(
            rng, form, words=False
        )
    cells = [pick(rng, [*TEXTS, None]) for _ in range(count)]
    if form in TYPED and rng.random() < 0.2:
        return Column(
            [c if c is None else c.encode() for c in cells], [rules.text(c) for c in cells], pa.binary()
        )
    return read(cells, rules.text)


def flags(rng: Rng, count: int, form: str) -> Column:
    """Truth values, in types and in texts."""
    values = [bool(value) for value in rng.random(count) < 0.5]
    if form != "sqlite" and rng.random() < 0.6:
        return read(values, rules.text, pa.bool_()).with_blanks(rng, form, words=False)
    words = {True: ["True", "TRUE", "true"], False: ["False", "FALSE", "false"]}
    return read([pick(rng, words[value]) for value in values], rules.text).with_blanks(rng, form, words=False)


def yes_or_no(rng: Rng, count: int, form: str) -> Column:
    """Labels of two classes in every spelling, or as numbers, or as truth values."""
    values = [bool(value) for value in rng.random(count) < 0.5]
    values[:2] = [True, False]
    way = rng.random()
    if way < 0.2 and form != "sqlite":
        column = read(values, rules.truth, pa.bool_())
    elif way < 0.4:
        column = read([int(value) for value in values], rules.truth, pa.int64())
    else:
        column = read([pick(rng, rules.YES if value else rules.NO) for value in values], rules.truth)
    return column.with_blanks(rng, form)


def classes(rng: Rng, count: int, form: str, *, blanks: bool = True) -> Column:
    """Names of three classes in every form of Unicode, with spaces and capitals."""
    names = [pick(rng, CLASSES) for _ in range(count)]
    column = Column([pick(rng, SPELLINGS[name]) for name in names], names)
    for cell, name in zip(column.sent, names, strict=True):
        if (rules.name(cell) or "").casefold() != name.casefold():
            raise AssertionError(cell)
    return column.with_blanks(rng, form) if blanks else column


def amounts(rng: Rng, count: int, form: str) -> Column:
    """Labels of a regression."""
    values = [math.ldexp(float(value), int(rng.integers(-40, 60))) for value in rng.normal(size=count)]
    return read(values, rules.number, pa.float64()).with_blanks(rng, form)


def ids(rng: Rng, first: int, count: int, form: str) -> Column:
    """Texts, whole numbers of up to 38 digits, and small ones that became doubles."""
    numbers_ = [first + at for at in range(count)]
    near, far = ([start + number for number in numbers_] for start in (2**62, 10**30))
    words = [f"id {number}{pick(rng, ENDS)}" for number in numbers_]
    ways = [
        read(near, rules.row_id, pa.int64()),
        read([str(number) for number in far], rules.row_id),
        read([f" {word} " for word in words], rules.row_id),
        Column([f"{number}.0" for number in near], [str(number) for number in near]),
        read([f"00{number}" for number in numbers_], rules.row_id),
    ]
    if form in TYPED:
        ways += [
            read([Decimal(number) for number in far], rules.row_id, pa.decimal128(38, 0)),
            Column([word.encode() for word in words], words, pa.binary()),
        ]
    if form != "sqlite":
        ways.append(Column([float(number) for number in numbers_], [str(n) for n in numbers_], pa.float64()))
    return pick(rng, ways)
