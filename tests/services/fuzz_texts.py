"""Odd and damaged text files, and contents that are wrong in every format."""

import gzip

import numpy as np
import pandas as pd
import pyarrow as pa

from tests.services.fuzz_kinds import (
    ANY,
    ROWS,
    Made,
    as_csv,
    as_jsonl,
    as_parquet,
    as_read,
    change,
    formats,
    kind,
)


@kind("plain")
def _plain(rng, frame) -> Made:
    return *formats(rng, frame), frame


@kind("truncated")
def _truncated(rng, frame) -> Made:
    """What is left of a CSV may still be whole rows: those, and nothing else, may be imported."""
    ending, content = formats(rng, frame)
    cut = content[: rng.integers(1, len(content) - 2)]
    if ending != "csv":
        whole = cut.count(b"\n")
        return ending, cut, (frame.head(whole) if ending == "jsonl" and cut.endswith(b"}\n") else None)
    return ending, cut, as_read(cut)


@kind("bit flips")
def _flips(rng, frame) -> Made:
    ending, content = formats(rng, frame)
    bits = bytearray(content)
    for place in rng.integers(0, len(bits), rng.integers(1, 6)):
        bits[place] ^= 1 << rng.integers(0, 8)
    return ending, bytes(bits), ANY


@kind("random bytes")
def _random(rng, frame) -> Made:
    ending = str(rng.choice(["csv", "parquet", "jsonl", "csv.gz"]))
    return ending, b"PAR1" * (ending == "parquet") + rng.bytes(rng.integers(1, 4000)), None


@kind("delimiter")
def _delimiter(rng, frame) -> Made:
    sign = str(rng.choice([",", ";", "\t", "|", ":", "~", " "]))
    return "csv", as_csv(frame, sep=sign), frame if sign in ",;\t|" else None


@kind("delimiters mixed")
def _delimiters(rng, frame) -> Made:
    lines = as_csv(frame).split(b"\n")
    lines[rng.integers(1, ROWS)] = lines[1].replace(b",", b";")
    return "csv", b"\n".join(lines), None


@kind("byte order mark")
def _bom(rng, frame) -> Made:
    ending = str(rng.choice(["csv", "jsonl"]))
    return ending, b"\xef\xbb\xbf" + (as_csv if ending == "csv" else as_jsonl)(frame), frame


@kind("utf-16")
def _utf16(rng, frame) -> Made:
    encoding = str(rng.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32"]))
    ending = str(rng.choice(["csv", "jsonl"]))
    text = (as_csv if ending == "csv" else as_jsonl)(frame).decode()
    return ending, text.encode(encoding), None if encoding in {"utf-16-le", "utf-16-be"} else frame


@kind("utf-16 big endian with mark")
def _utf16_be(rng, frame) -> Made:
    return "csv", b"\xfe\xff" + as_csv(frame).decode().encode("utf-16-be"), frame


@kind("latin-1")
def _latin(rng, frame) -> Made:
    return "csv", as_csv(frame.assign(town="Köln")).decode().encode("latin-1"), None


@kind("nul bytes")
def _nul(rng, frame) -> Made:
    ending, content = ("csv", as_csv(frame)) if rng.random() < 0.5 else ("jsonl", as_jsonl(frame))
    place = rng.integers(0, len(content))
    return ending, content[:place] + b"\x00" + content[place:], None


@kind("nul in a text")
def _nul_text(rng, frame) -> Made:
    changed = change(frame, rng, "town", "U\x00lm")
    if rng.random() < 0.5:
        return "parquet", as_parquet(changed), None
    return "jsonl", changed.to_json(orient="records", lines=True).encode(), None


@kind("many columns")
def _wide(rng, frame) -> Made:
    count = int(rng.choice([500, 10_000]))
    wide = pd.concat([frame, pd.DataFrame(1, frame.index, [f"c{i}" for i in range(count)])], axis=1)
    ending, content = formats(rng, wide)
    return ending, content, frame if count == 500 else None


@kind("duplicate columns")
def _twice(rng, frame) -> Made:
    name = str(rng.choice(["x", " x", "x ", "id"]))
    if rng.random() < 0.5:
        return "csv", as_csv(pd.concat([frame, frame["x"].rename(name)], axis=1)), None
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return "parquet", as_parquet(table.append_column(name, table["x"])), None


@kind("spaces in the header")
def _spaces(rng, frame) -> Made:
    return *formats(rng, frame.rename(columns={"x": " x", "id": "id ", "day": "\tday"})), frame


@kind("quotes")
def _quotes(rng, frame) -> Made:
    content = as_csv(change(frame, rng, "town", 'the "Old", town\nby the river'))
    places = [at for at, byte in enumerate(content) if byte == 34]
    if rng.random() < 0.5:
        place = places[rng.integers(0, len(places))]
        content = content[:place] + content[place + 1 :]
    return "csv", content, as_read(content)


@kind("open quote")
def _open(rng, frame) -> Made:
    lines = as_csv(frame).split(b"\n")
    at = rng.integers(1, ROWS)
    head, _, last = lines[at].rpartition(b",")
    lines[at] = head + b',"' + last
    return "csv", b"\n".join(lines)[: None if rng.random() < 0.5 else -1], None


@kind("line ends")
def _ends(rng, frame) -> Made:
    lines = as_csv(frame).split(b"\n")
    ends = [b"\r", b"\r\n", b"\n"]
    one = ends[rng.integers(0, 3)] if rng.random() < 0.6 else None
    return "csv", b"".join(line + (one or ends[rng.integers(0, 3)]) for line in lines[:-1]), frame


@kind("numbers")
def _numbers(rng, frame) -> Made:
    value, fits = [
        (1e308, True),
        (-1e308, True),
        (5e-324, True),
        (2**62, True),
        (2**63, True),
        (float("inf"), False),
        (float("-inf"), False),
        (float("nan"), True),
        (None, True),
    ][rng.integers(0, 9)]
    changed = frame.copy()
    changed.loc[rng.integers(0, ROWS), "x"] = value
    ending = "csv" if rng.random() < 0.5 else "parquet"
    return ending, as_csv(changed) if ending == "csv" else as_parquet(changed), changed if fits else None


@kind("number texts")
def _number_texts(rng, frame) -> Made:
    texts = {"": True, "NA": True, "n/a": True, " 1.5 ": True, "+2": True, "1e3": True, ".5": True}
    texts |= dict.fromkeys(
        ["1e999", "inf", "1,5", "1.234,5", "1,234.5", "1 234", "12a", "0x1F", "--1"], False
    )
    text = str(rng.choice(list(texts)))
    place = rng.integers(0, ROWS)
    sent, changed = frame.astype({"x": object}), frame.copy()
    sent.loc[place, "x"] = text
    changed.loc[place, "x"] = pd.to_numeric(text, errors="coerce") if texts[text] else np.nan
    if rng.random() < 0.5:
        return "csv", as_csv(sent), changed if texts[text] else None
    return "jsonl", as_jsonl(sent), changed if texts[text] else None


@kind("dates")
def _dates(rng, frame) -> Made:
    days = pd.to_datetime(frame["day"])
    forms = {
        "iso": (days.dt.strftime("%Y-%m-%dT%H:%M:%S"), True),
        "zone": (days.dt.strftime("%Y-%m-%dT01:00+01:00"), True),
        "points": (days.dt.strftime("%d.%m.%Y"), True),
        "slashes": (days.dt.strftime("%m/%d/%Y"), False),
        "seconds": (days.astype("int64") // 10**6, True),
        "milliseconds": (days.astype("int64") // 10**3, True),
        "words": (days.dt.strftime("%d %B %Y"), False),
        "far": (days.dt.strftime("9999-%m-%d"), False),
    }
    values, fits = forms[str(rng.choice(list(forms)))]
    return *formats(rng, frame.assign(day=values)), frame if fits else None


@kind("mixed types")
def _mixed(rng, frame) -> Made:
    column, value, fits = [
        ("x", "many", False),
        ("x", True, False),
        ("p", 1.5, False),
        ("p", None, False),
        ("y", "perhaps", True),
        ("y", 1, True),
        ("id", None, False),
        ("day", None, False),
        ("town", 7, True),
        ("town", None, True),
    ][rng.integers(0, 10)]
    changed = change(frame, rng, column, value)
    ending = "csv" if rng.random() < 0.5 else "jsonl"
    expected = None
    if fits:
        texts = {name: changed[name].map(lambda cell: cell and str(cell)) for name in ("town", "y")}
        texts["y"] = texts["y"].replace({"1": "yes"})  # one spelling of the same class
        expected = changed.assign(**texts)
    return ending, as_csv(changed) if ending == "csv" else as_jsonl(changed), expected


@kind("long cells")
def _long(rng, frame) -> Made:
    size = int(rng.choice([100_000, 2_000_000, 17 << 20], p=[0.5, 0.4, 0.1]))
    changed = change(frame, rng, "town", "ä" * (size // 2))
    return *formats(rng, changed), changed if size < 16 << 20 else None


@kind("ragged rows")
def _ragged(rng, frame) -> Made:
    lines = as_csv(frame).split(b"\n")
    at = rng.integers(1, ROWS)
    lines[at] = lines[at] + b",1" if rng.random() < 0.5 else lines[at].rpartition(b",")[0]
    return "csv", b"\n".join(lines), None


@kind("gzip")
def _gzip(rng, frame) -> Made:
    ending = str(rng.choice(["csv", "jsonl"]))
    content = gzip.compress((as_csv if ending == "csv" else as_jsonl)(frame), mtime=0)
    cut = rng.random() < 0.5
    return (
        f"{ending}.gz",
        content[: rng.integers(1, len(content) - 1)] if cut else content,
        frame if not cut else None,
    )


@kind("ids")
def _ids(rng, frame) -> Made:
    changed = frame.copy()
    changed.loc[3, "id"] = [changed.loc[4, "id"], "", None][rng.integers(0, 3)]
    return *formats(rng, changed), None


@kind("reserved names")
def _reserved(rng, frame) -> Made:
    name = str(rng.choice(["_id", "_x", "", "x" * 300, "a\nb"]))
    return *formats(rng, frame.assign(**{name: 1})), frame


@kind("missing columns")
def _missing(rng, frame) -> Made:
    return *formats(rng, frame.drop(columns=str(rng.choice(["id", "day", "x", "town"])))), None


@kind("no rows")
def _none(rng, frame) -> Made:
    return *formats(rng, frame.head(0)), None


@kind("deep or odd json")
def _json(rng, frame) -> Made:
    lines = as_jsonl(frame).split(b"\n")
    lines[rng.integers(0, ROWS)] = [
        b"[" * 100_000,
        b'{"id": ' + b"9" * 5000 + b"}",
        b'{"id": {"a": 1}}',
        b'{"id": "a", "id": "b"}',
        b'{"id": "\\ud800"}',
        b"NaN",
        b'{"id": "a"} {"id": "b"}',
        b"null",
        b'{"id": "z", "x": Infinity, "day": "2020-02-02", "town": "Ulm", "p": 0.5}',
    ][rng.integers(0, 9)]
    return "jsonl", b"\n".join(lines), None
