"""Sound deliveries with values in every form that is read, each with the cells that must be kept."""

import json
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa

from tests.services.fuzz_kinds import ROWS, Made, as_csv, as_jsonl, as_parquet, formats, kind

SOUND = ("values of ids", "values of labels", "values of times", "values of texts", "values of numbers")
SOUND += ("values of decimals", "values of truth", "values over http")
ODD = ["NA", "null", "-", "True", "07", "1.0", " Ulm", "Ulm ", "a\u00a0b", "Mu\u0308ll", "M\u00fcll"]
ODD += ['say "no"', "a,b;c", "line\nbreak", "tab\there", "=1+1", "\U0001f600", "x" * 300, "'", "1e5"]
NONE = ["", "NA", "n/a", " null ", "None", "?", "-", "#N/A", "<NA>"]
YES = ["yes", " yes", "YES", "yes\u00a0", "1", "1.0", "true", "y"]
NO = ["no", "no ", "No", "0", "0.0", "False", "n"]


@kind("values of ids")
def _ids(rng, frame) -> Made:
    """Long numbers and texts; every file of a home begins at a number of its own."""
    start = int(rng.integers(2**55, 2**62))
    few, near, far = ([first + at for at in range(ROWS)] for first in (start % 2**52, start, 10**24 + start))
    names = [f"{name}{sign}" for name, sign in zip(frame["id"], rng.choice(ODD, ROWS), strict=True)]
    sent, ids, endings = [
        (pa.array(near), near, ["parquet"]),
        (pa.array(list(map(Decimal, far)), pa.decimal128(38, 0)), far, ["parquet"]),
        (pa.array(list(map(Decimal, near)), pa.decimal128(19, 0)), near, ["parquet"]),
        (pa.array(list(map(float, few))), few, ["parquet", "csv", "jsonl"]),
        (pa.array([f"{number}.0" for number in few]), few, ["csv", "parquet", "jsonl"]),
        (pa.array(list(map(str, far))), far, ["csv", "parquet", "jsonl"]),
        (pa.array([f" {name} " for name in names]), names, ["csv", "parquet", "jsonl"]),
    ][rng.integers(0, 7)]
    expected = frame.assign(id=[str(each).strip() for each in ids])
    ending = str(rng.choice(endings))
    if ending == "parquet":
        return ending, _with(frame, "id", sent), expected
    written = frame.assign(id=sent.to_pylist())
    return ending, as_csv(written) if ending == "csv" else as_jsonl(written), expected


@kind("values of labels")
def _labels(rng, frame) -> Made:
    words = {"yes": YES, "no": NO, None: NONE}
    truth = rng.choice(np.array(["yes", "no", None], dtype=object), ROWS)
    sent = [words[label][rng.integers(0, len(words[label]))] for label in truth]
    return *formats(rng, frame.assign(y=sent)), frame.assign(y=truth)


@kind("values of times")
def _times(rng, frame) -> Made:
    """Microseconds, in February whatever the zone."""
    base = pd.Timestamp("2020-02-02").value // 1000
    stamps = pd.Series(pd.to_datetime(base + rng.integers(0, 25 * 86_400 * 10**6, ROWS), unit="us"))
    zone = str(rng.choice(["Europe/Berlin", "Asia/Kolkata", "America/New_York"]))
    local = stamps.dt.tz_localize("UTC").dt.tz_convert(zone)
    typed = {
        "ns": pa.array(stamps, pa.timestamp("ns")).cast(pa.timestamp("ns", zone)),
        "D": pa.array(stamps.dt.date),
        "us": pa.array(stamps, pa.timestamp("us")),
    }
    written = {
        "us": stamps.dt.strftime("%Y-%m-%dT%H:%M:%S.%f"),
        "ns": local.map(lambda moment: moment.isoformat()),
        "ms": stamps.astype("int64") // 1000,
        "s": stamps.dt.strftime("%d.%m.%Y %H:%M:%S"),
    }
    forms = typed if rng.random() < 0.4 else written
    unit = str(rng.choice(list(forms)))
    expected = frame.assign(day=stamps.dt.floor(unit))
    if forms is typed:
        return "parquet", _with(frame, "day", forms[unit]), expected
    return *formats(rng, frame.assign(day=forms[unit])), expected


@kind("values of texts")
def _texts(rng, frame) -> Made:
    towns = rng.choice(ODD, ROWS)
    ending, content = formats(rng, frame.assign(town=towns))
    return ending, content, frame.assign(town=towns)


@kind("values of numbers")
def _numbers(rng, frame) -> Made:
    """Doubles with all their digits, of any size, with empty cells among them."""
    numbers = rng.normal(size=ROWS) * 10.0 ** rng.integers(-300, 300, ROWS)
    numbers[rng.integers(0, ROWS, 3)] = [0.1 + 0.2, 2.0**-1074, 1 / 3]
    blank = rng.random(ROWS) < 0.2
    expected = frame.assign(
        x=np.where(blank, np.nan, numbers), n=frame["n"].where(~blank), p=rng.uniform(size=ROWS)
    )
    if rng.random() < 0.3:
        single = expected.assign(x=(numbers / 10.0**290).astype("float32"), p=expected["p"].astype("float32"))
        return "parquet", as_parquet(single), single
    ending = str(rng.choice(["csv", "jsonl", "parquet"]))
    if ending == "parquet":
        return ending, as_parquet(expected), expected
    words = NONE if ending == "csv" else [None]
    pairs = zip(expected["x"], blank, strict=True)
    sent = [words[rng.integers(0, len(words))] if empty else float(x) for x, empty in pairs]
    content = as_csv if ending == "csv" else as_jsonl
    return ending, content(expected.assign(x=sent)), expected


@kind("values of decimals")
def _decimals(rng, frame) -> Made:
    digits = int(rng.integers(0, 9))
    units = rng.integers(-(10 ** min(14, digits + 6)), 10 ** min(14, digits + 6), ROWS).tolist()
    prices = [Decimal(unit).scaleb(-digits) for unit in units]
    expected = frame.assign(price=[float(price) for price in prices])
    if rng.random() < 0.5:
        column = pa.array(prices, pa.decimal128(int(rng.integers(16, 39)), digits))
        return "parquet", _with(frame, "price", column), expected
    sent = frame.assign(price=[f"{price:f}" for price in prices])
    ending = str(rng.choice(["csv", "jsonl"]))
    return ending, as_csv(sent) if ending == "csv" else as_jsonl(sent), expected


@kind("values of truth")
def _truth(rng, frame) -> Made:
    flags = rng.choice(np.array([True, False, None], dtype=object), ROWS)
    expected = frame.assign(flag=[None if flag is None else str(flag).lower() for flag in flags])
    if rng.random() < 0.3:
        return "parquet", _with(frame, "flag", pa.array(flags.tolist(), pa.bool_())), expected
    if rng.random() < 0.5:
        return "jsonl", as_jsonl(frame.assign(flag=flags)), expected
    words = {True: ["True", "TRUE", "true"], False: ["False", "FALSE", "false"], None: [""]}
    sent = [words[flag][rng.integers(0, len(words[flag]))] for flag in flags]
    return "csv", as_csv(frame.assign(flag=sent)), expected


@kind("values over http")
def _http(rng, frame) -> Made:
    """The body of a request: JSON rows, in a list or beside a name, with white space anywhere."""
    expected = frame.assign(town=rng.choice(ODD, ROWS), x=rng.normal(size=ROWS))
    records = [json.loads(line) for line in as_jsonl(expected).splitlines()]
    body = records if rng.random() < 0.5 else {"rows": records}
    indent = [None, 1, "\t"][rng.integers(0, 3)]
    return "json", json.dumps(body, indent=indent, ensure_ascii=bool(rng.random() < 0.5)).encode(), expected


def _with(frame: pd.DataFrame, name: str, column: pa.Array) -> bytes:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return as_parquet(table.set_column(table.column_names.index(name), name, column))
