"""Broken here: a label that runs as a formula in somebody's spreadsheet."""

import csv
import io

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from core.tables.csv_export import DANGEROUS, guard, to_csv, unguard


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9), min_size=1, max_size=9
    )
)
def test_no_text_cell_starts_a_formula_and_every_cell_comes_back(texts):
    written = to_csv(pd.DataFrame({"a": texts, "n": range(len(texts))}))
    records = list(csv.reader(io.StringIO(written, newline="")))[1:]
    for record in records:
        assert not record[0].startswith(DANGEROUS)
    assert [unguard(record[0]) for record in records] == texts


def test_headers_are_guarded_and_negative_numbers_stay_numbers():
    assert to_csv(pd.DataFrame({"=a": [-1.5]})) == "'=a\n-1.5\n"


@given(st.text(st.sampled_from("'=-@x1"), max_size=5))
def test_every_guarded_text_comes_back(text):
    assert unguard(guard(text)) == text
