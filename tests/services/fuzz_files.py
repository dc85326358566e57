"""Damaged and odd files, seeded: each with the rows that a correct import gives, where one may be.

`KINDS` names them. What may be imported comes with the rows that must then be there.
"""

import csv
import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 30
KINDS: dict[str, Callable] = {}
Made = tuple[str, bytes, pd.DataFrame | None]


SOUND = {
    "plain",
    "delimiter",
    "byte order mark",
    "utf-16",
    "utf-16 big endian with mark",
    "many columns",
    "spaces in the header",
    "line ends",
    "numbers",
    "number texts",
    "dates",
    "mixed types",
    "long cells",
    "gzip",
    "parquet types",
    "parquet pages",
}


@dataclass(frozen=True)
class FuzzFile:
    """One file. `expected`: id -> x, town and y of a correct import; None: it must be refused."""

    kind: str
    name: str
    content: bytes
    expected: pd.DataFrame | None

    @property
    def must(self) -> bool:
        """Whether nothing is wrong with the file, so that refusing it would be a fault."""
        return self.kind in SOUND and self.expected is not None


def made(kind: str, seed: int, number: int) -> FuzzFile:
    """File `number` of a kind: the same for the same seed."""
    rng = np.random.default_rng([seed, number, *kind.encode()])
    ending, content, expected = KINDS[kind](rng, rows(rng, f"{kind} {number}"))
    return FuzzFile(kind, f"{kind.replace(' ', '-')}-{number:04d}.{ending}", content, expected)


def rows(rng: np.random.Generator, prefix: str) -> pd.DataFrame:
    """Good rows of February 2020, with ids of their own."""
    return pd.DataFrame(
        {
            "id": [f"{prefix} {i}" for i in range(ROWS)],
            "day": [f"2020-02-{1 + i % 28:02d}" for i in range(ROWS)],
            "x": rng.normal(size=ROWS).round(3),
            "town": rng.choice(["Ulm", "Bonn", "Köln"], ROWS),
            "p": rng.uniform(0.1, 0.9, ROWS).round(3),
            "y": rng.choice(["no", "yes"], ROWS),
        }
    )


def kind(name: str) -> Callable:
    """Put a maker of files into the table."""

    def put(maker: Callable) -> Callable:
        KINDS[name] = maker
        return maker

    return put


def as_csv(frame: pd.DataFrame, **how) -> bytes:
    return frame.to_csv(index=False, **how).encode()


def as_jsonl(frame: pd.DataFrame) -> bytes:
    return frame.to_json(orient="records", lines=True, force_ascii=False).encode()


def as_parquet(frame: pd.DataFrame | pa.Table, **how) -> bytes:
    table = frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame, preserve_index=False)
    out = io.BytesIO()
    pq.write_table(table, out, **how)
    return out.getvalue()


def formats(rng: np.random.Generator, frame: pd.DataFrame) -> tuple[str, bytes]:
    makers = {"csv": as_csv, "parquet": as_parquet, "jsonl": as_jsonl}
    ending = str(rng.choice(list(makers)))
    return ending, makers[ending](frame)


def change(frame: pd.DataFrame, rng: np.random.Generator, column: str, value: object) -> pd.DataFrame:
    changed = frame.astype({column: object})
    changed.loc[rng.integers(0, len(frame)), column] = value
    return changed


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
    return ending, cut, _as_read(cut)


def _as_read(content: bytes) -> pd.DataFrame | None:
    """What Python's own reader of CSV says, if every row is as long as the header."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    try:
        records = [r for r in csv.reader(io.StringIO(text, newline=""), strict=True) if r]
    except csv.Error:
        return None
    if len(records) < 2 or len({len(r) for r in records}) > 1 or len(set(records[0])) < len(records[0]):
        return None
    return pd.DataFrame(records[1:], columns=records[0])


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
    return "csv", content, _as_read(content)


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
        ("y", "perhaps", False),
        ("y", 1, False),
        ("id", None, False),
        ("day", None, False),
        ("town", 7, True),
        ("town", None, True),
    ][rng.integers(0, 10)]
    changed = change(frame, rng, column, value)
    ending = "csv" if rng.random() < 0.5 else "jsonl"
    expected = changed.assign(town=changed["town"].map(lambda cell: cell and str(cell))) if fits else None
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
    return *formats(rng, frame.assign(**{name: 1})), None


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


@kind("parquet types")
def _types(rng, frame) -> Made:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    local = (
        pd.to_datetime(frame["day"]).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC").dt.tz_localize(None)
    )
    zone = pa.array(local, pa.timestamp("ms")).cast(pa.timestamp("ms", "Europe/Berlin"))
    days = pd.to_datetime(frame["day"])
    changes = [
        ("x", table["x"].cast(pa.float32()).cast(pa.float64()), frame.assign(x=frame["x"].astype("float32"))),
        ("x", pa.array([f"{v:.3f}" for v in frame["x"]]).cast(pa.decimal128(12, 3)), frame),
        ("x", table["x"].cast(pa.float16()), frame.assign(x=frame["x"].astype("float16"))),
        ("town", table["town"].dictionary_encode(), frame),
        ("town", table["town"].cast(pa.large_string()), frame),
        ("town", table["town"].cast(pa.binary()), frame),
        ("town", pa.array([b"\xff\xfe"] * ROWS), None),
        ("day", pa.array(days, pa.date32()), frame),
        ("day", pa.array(days, pa.timestamp("ns")), frame),
        ("day", zone, frame.assign(day=local)),
        ("day", pa.array([2**60] * ROWS, pa.timestamp("ms")), None),
        ("x", pa.array([[1.0]] * ROWS), None),
        ("town", pa.array([{"a": 1}] * ROWS), None),
        ("town", pa.nulls(ROWS), frame.assign(town=None)),
        ("x", pa.nulls(ROWS), frame.assign(x=np.nan)),
        ("x", pa.array([1] * ROWS, pa.duration("s")), frame.assign(x=1.0)),
        ("x", pa.array([True] * ROWS), None),
        ("y", pa.array([1] * ROWS), None),
    ]
    name, column, expected = changes[rng.integers(0, len(changes))]
    return "parquet", as_parquet(table.set_column(table.column_names.index(name), name, column)), expected


@kind("parquet pages")
def _pages(rng, frame) -> Made:
    how = {
        "compression": str(rng.choice(["snappy", "gzip", "zstd", "brotli", "none"])),
        "row_group_size": int(rng.choice([1, 7, 1000])),
        "data_page_version": str(rng.choice(["1.0", "2.0"])),
        "use_dictionary": bool(rng.random() < 0.5),
        "version": str(rng.choice(["1.0", "2.4", "2.6"])),
    }
    return "parquet", as_parquet(frame, **how), frame


@kind("lying parquet")
def _lying(rng, frame) -> Made:
    """The footer, which says how many rows and bytes there are, is changed; the pages are not."""
    content = bytearray(as_parquet(frame, compression="none"))
    size = int.from_bytes(content[-8:-4], "little")
    if rng.random() < 0.2:
        content[-8:-4] = int(rng.integers(0, 2**31)).to_bytes(4, "little")
        return "parquet", bytes(content), ANY
    for place in rng.integers(len(content) - 8 - size, len(content) - 8, rng.integers(1, 4)):
        content[place] = rng.integers(0, 256)
    return "parquet", bytes(content), ANY


@kind("parquet bomb")
def _bomb(rng, frame) -> Made:
    """A long text a million times, a few kilobytes as a file; and rows of one column without end."""
    if rng.random() < 0.5:
        town = pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(100_000, "int32")), pa.array(["U" * 1_000_000])
        )
        return (
            "parquet",
            as_parquet(
                pa.table({"town": town.cast(pa.dictionary(pa.int32(), pa.string()))}), compression="zstd"
            ),
            None,
        )
    zeros = pa.array(np.zeros(3_000_000))
    return "parquet", as_parquet(pa.table({f"c{i}": zeros for i in range(70)}), compression="zstd"), None


ANY = pd.DataFrame({"any": []})
"""Whatever is read may be imported: damage that no format can see. It must not break anything."""


def matches(expected: pd.DataFrame, found: pd.DataFrame) -> str | None:
    """What the imported rows (`_id`, `_time`, `x`, `town`, `_label`) have that was not sent; None: nothing."""
    if expected is ANY:
        return None
    numbers = pd.to_numeric(expected["x"], errors="coerce").astype(float)
    towns = expected["town"].astype(object).where(expected["town"].notna() & (expected["town"] != ""), None)
    if len(found) != len(expected):
        return "other rows"
    same = {
        "ids": found["_id"].tolist() == expected["id"].astype(str).tolist(),
        "numbers": np.allclose(found["x"].astype(float), numbers, equal_nan=True, rtol=1e-9),
        "texts": found["town"].tolist() == towns.tolist(),
        "labels": "y" not in expected or found["_label"].tolist() == expected["y"].tolist(),
        "times": found["_time"].tolist() == pd.to_datetime(expected["day"]).tolist(),
    }
    wrong = [name for name, equal in same.items() if not equal]
    return f"other {wrong[0]}" if wrong else None
