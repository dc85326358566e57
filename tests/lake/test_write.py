"""Half a file of a writer that was killed goes in the end; one that may still be written stays."""

import os
import time

from core.lake.write import ABANDONED_SECONDS, remove_unfinished


def test_what_a_killed_writer_left_is_deleted_after_an_hour(tmp_path):
    lake = tmp_path / "lake"
    old, young, whole = (lake / name for name in ("1.77.tmp", "1.78.tmp", "1.parquet"))
    lake.mkdir()
    for path in (old, young, whole):
        path.write_bytes(b"half")
    long_ago = time.time() - ABANDONED_SECONDS - 1
    for path in (old, whole):
        os.utime(path, (long_ago, long_ago))
    assert remove_unfinished(lake) == [old]
    assert sorted(lake.iterdir()) == sorted([young, whole])


def test_a_home_without_a_lake_has_nothing_to_delete(tmp_path):
    assert remove_unfinished(tmp_path / "lake") == []
