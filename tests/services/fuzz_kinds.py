"""The table of kinds of odd files, and what their makers share."""

import csv
import io
import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 30
KINDS: dict[str, Callable] = {}
Made = tuple[str, bytes, pd.DataFrame | None]
ANY = pd.DataFrame({"any": []})
"""Whatever is read may be imported: damage that no format can see. It must not break anything."""


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
            "n": rng.integers(-(2**53), 2**53, ROWS),
            "price": rng.integers(0, 10**9, ROWS) / 100,
            "flag": rng.random(ROWS) < 0.5,
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
    """With every digit of a number, which pandas would round."""
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    lines = (json.dumps(record, ensure_ascii=False, default=str) for record in records)
    return "".join(f"{line}\n" for line in lines).encode()


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


def as_read(content: bytes) -> pd.DataFrame | None:
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
