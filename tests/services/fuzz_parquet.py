"""Odd and damaged Parquet files, beside those of `tests.services.fuzz_files`."""

import numpy as np
import pandas as pd
import pyarrow as pa

from tests.services.fuzz_kinds import ANY, ROWS, Made, as_parquet, kind


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
        ("y", pa.array([1] * ROWS), frame.assign(y="yes")),
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
