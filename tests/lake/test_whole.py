"""Broken here: who looks for a backup of rows that lie whole on the machine beside."""

import duckdb
import pytest

from core.errors import StoreError
from core.lake.whole import whole


def hint(folder):
    missing = folder / "log" / "2025-Q3" / "a.parquet"
    with pytest.raises(StoreError, match="is gone") as refused, whole(folder):
        duckdb.read_parquet(str(missing)).fetchall()
    return refused.value.hint


def test_a_home_without_any_row_is_told_of_the_machine_that_has_them(tmp_path):
    folder = tmp_path / "lake" / "1"
    folder.mkdir(parents=True)
    assert f"must share {folder}. Else: Take the file out of a backup" in hint(folder)
    (folder / "b.parquet").touch()
    assert hint(folder).startswith("Take the file out of a backup")
