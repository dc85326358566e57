"""Broken here: a bad file ends in a traceback, or in a message that does not say where to look."""

import json
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import CaretakerError, SchemaError, UnreadableFile
from core.lake.remotes.sources import pieces, read_file, read_table
from core.tables.table import require_columns
from core.tables.values.columns import as_text

FRAME = pd.DataFrame({"id": ["1", "2"], "town": ["Ulm", None], "x": [1.5, 2.5]})


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_every_format_gives_the_same_rows(tmp_path, ending):
    path = tmp_path / f"rows.{ending}"
    {
        "csv": lambda: FRAME.to_csv(path, index=False),
        "parquet": lambda: FRAME.to_parquet(path),
        "jsonl": lambda: FRAME.to_json(path, orient="records", lines=True),
    }[ending]()
    frame = read_file(path)
    assert frame["id"].tolist() == ["1", "2"]
    assert frame["x"].astype(float).tolist() == [1.5, 2.5]


BAD = [
    ("empty.csv", b"", "the file is empty"),
    ("empty.parquet", b"", "the file is empty"),
    ("mixed.csv", "a,b\nfine,ü\nbad,".encode() + "ü\n".encode("latin-1"), "line 3 holds the byte 0xfc"),
    ("short.csv", b'a,b\n"1\n",2\n3\n', "line 4 has 1 values where the header has 2"),
    ("long.csv", b"a,b\n1,2\n3,4,5\n", "line 3 has 3 values where the header has 2"),
    ("cut.parquet", b"PAR1 half a file", "not a whole Parquet file"),
    ("bad.jsonl", b'{"a": 1}\n{"a": \n', "line 2 is not a JSON object"),
    ("list.jsonl", b"[1]\n", "line 1 is not an object"),
    ("twice.jsonl", b'{"a": 1, "a": 2}\n', "a key occurs twice"),
    ("rows.xlsx", b"PK", "files of the kind .xlsx are not read"),
]


@pytest.mark.parametrize(("name", "content", "said"), BAD, ids=[bad[0] for bad in BAD])
def test_a_bad_file_is_a_sentence_with_its_place(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises((UnreadableFile, SchemaError), match=said) as caught:
        read_table(path)
    assert name in caught.value.message
    assert caught.value.hint


NAMES = ["id", "x", " x", "", "a\nb"]


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_names_that_cannot_be_read_matter_only_where_the_column_is_needed(tmp_path, ending):
    path, row = tmp_path / f"a.{ending}", [1, 2, 3, 4, 5]
    if ending == "parquet":
        pq.write_table(pa.table([[cell] for cell in row], names=NAMES), path)
    elif ending == "csv":
        pd.DataFrame([row], columns=NAMES).to_csv(path, index=False)
    else:
        path.write_text(json.dumps(dict(zip(NAMES, row, strict=True))))
    table = read_table(path)
    assert table.frame.columns.tolist() == ["id"]
    assert list(table.unread) == ["x", "column 4", "column 5 ('a\\nb')"]
    with pytest.raises(SchemaError, match="column 'x' occurs 2 times") as caught:
        require_columns(table, ["id", "x"])
    assert caught.value.column == "x"


def test_a_truncated_parquet_file_is_refused(tmp_path):
    path = tmp_path / "rows.parquet"
    FRAME.to_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UnreadableFile, match="not a whole Parquet file"):
        read_table(path)


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_lists_in_cells_matter_only_where_the_column_is_needed(tmp_path, ending):
    path = tmp_path / f"rows.{ending}"
    frame = pd.DataFrame({"id": [1, 2], "a": [[1, 2], None], "b": [{"c": 1}, {"c": 2}], "x": [1.5, 2.5]})
    if ending == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_json(path, orient="records", lines=True)
    table = read_table(path)
    assert table.frame.to_dict("list") == {"id": [1, 2], "x": [1.5, 2.5]}
    require_columns(table, ["id", "x"])
    with pytest.raises(SchemaError, match=rf"rows\.{ending}: column 'a' holds lists or records"):
        require_columns(table, ["id", "a"])


PLACES = [f"emb_{place}" for place in range(8)]


def write(path, frame):
    """As Parquet, or as JSON lines."""
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_json(path, orient="records", lines=True)
    return path


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_a_vector_is_a_column_for_each_of_its_places(tmp_path, ending):
    wanted = np.random.default_rng(0).normal(size=(3, 8)).round(3)
    frame = pd.DataFrame({"emb": [wanted[0].tolist(), None, wanted[2].tolist()], "id": [7, 8, 9]})
    table = read_table(write(tmp_path / f"rows.{ending}", frame))
    assert list(table.frame) == ["id", *PLACES]
    wanted[1] = np.nan
    np.testing.assert_array_equal(table.frame[PLACES].astype(float).to_numpy(), wanted)
    assert not table.unread


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
@pytest.mark.parametrize(
    ("cells", "beside", "said"),
    [
        ([[1.0] * 9, [1.0]], "x", r"holds lists of 1 to 9 numbers: of a vector every row has as many"),
        ([[1.0] * 8, [3.0] * 8], "emb_1", "holds vectors, whose numbers would be called .* 'emb_1'"),
        ([[1.0] * 7] * 2, "x", "holds lists or records"),
        ([[0.0] * 2_001] * 2, "x", r"holds vectors of 2,001 numbers: .* at most 2,000 a row"),
    ],
)
def test_lists_that_are_no_vector_matter_only_where_it_is_needed(tmp_path, ending, cells, beside, said):
    frame = pd.DataFrame({"emb": cells, beside: [1, 2]})
    table = read_table(write(tmp_path / f"rows.{ending}", frame))
    assert list(table.frame) == [beside]
    with pytest.raises(SchemaError, match=rf"rows\.{ending}: column 'emb' {said}"):
        require_columns(table, ["emb_0"])


def test_vectors_of_every_width_are_read_alike(tmp_path):
    """Lists of one length, of any length and of whole numbers, as programs write them."""
    numbers = np.arange(32.0).reshape(4, 8)
    kinds = (pa.list_(pa.float32(), 8), pa.large_list(pa.float64()), pa.list_(pa.int16()))
    for kind in kinds:
        pq.write_table(
            pa.table({"emb": pa.array(numbers.astype(int).tolist(), kind)}), tmp_path / "v.parquet"
        )
        np.testing.assert_array_equal(read_table(tmp_path / "v.parquet").frame[PLACES].to_numpy(), numbers)


def test_a_type_that_is_not_read_matters_only_where_the_column_is_needed(tmp_path):
    path = tmp_path / "rows.parquet"
    far = pa.array([2**61], pa.timestamp("ms"))
    pq.write_table(pa.table({"id": [1], "far": far}), path)
    table = read_table(path)
    assert list(table.frame) == ["id"]
    with pytest.raises(SchemaError, match=r"column 'far' of the type timestamp\[ms\] cannot be read"):
        require_columns(table, ["far"])


def test_whole_decimals_keep_all_their_digits(tmp_path):
    path = tmp_path / "rows.parquet"
    numbers = [Decimal(12345678901234567890), None]
    cents = pa.array([Decimal("2.48"), Decimal("0.03109")], pa.decimal128(38, 10))
    pq.write_table(pa.table({"id": pa.array(numbers, pa.decimal128(20, 0)), "cents": cents}), path)
    table = read_table(path)
    assert as_text(table, "id").tolist() == ["12345678901234567890", None]
    assert table.frame["cents"].tolist() == [2.48, 0.03109]


def test_a_missing_file_a_folder_and_a_pattern_without_files(tmp_path):
    for path, said in [(tmp_path / "no.csv", "does not exist"), (tmp_path, "is a folder")]:
        with pytest.raises(UnreadableFile, match=said):
            read_table(path)
    with pytest.raises(UnreadableFile, match="No file fits"):
        pieces(str(tmp_path / "*.csv"))


def test_a_row_is_placed_by_row_and_line(tmp_path):
    """A quoted value may span lines: then the line is not the row plus the header."""
    path = tmp_path / "rows.csv"
    path.write_text('a,b\n"one\ntwo",2\n3,4\n')
    table = read_table(path)
    assert table.place(1) == "row 2 (line 4 of the file)"
    path.with_suffix(".jsonl").write_text('{"a": 1}\n\n{"a": 2}\n')
    lines = read_table(path.with_suffix(".jsonl"))
    assert (lines.place(0), lines.place(1)) == ("row 1", "row 2 (line 3 of the file)")


def test_other_delimiters_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes("\ufeffa;b\n1;2,5\n".encode())
    assert read_file(path).to_dict("records") == [{"a": "1", "b": "2,5"}]


def test_texts_with_commas_quotes_and_leading_zeros_survive(tmp_path):
    path = tmp_path / "rows.csv"
    pd.DataFrame({"id": ["007"], "text": ['say "a, b"\nand c']}).to_csv(path, index=False)
    assert read_file(path).to_dict("records") == [{"id": "007", "text": 'say "a, b"\nand c'}]


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
@given(content=st.binary(max_size=200))
def test_any_bytes_are_rows_or_a_sentence(tmp_path_factory, ending, content):
    path = tmp_path_factory.mktemp("fuzz") / f"rows.{ending}"
    path.write_bytes(content)
    try:
        read_table(path)
    except CaretakerError as error:
        json.dumps([error.message, error.hint])
