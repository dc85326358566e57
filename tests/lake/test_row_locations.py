"""Broken here: a promotion is marked at the wrong place of the timeline."""

from dataclasses import replace

import pandas as pd

from core.lake.row_locations import first_brought, log_end


def end(lake):
    return log_end(lake.settings, lake.spec, tuple(lake.batches))


def test_the_log_ends_at_its_newest_moment_whatever_came_last(lake):
    assert end(lake) is None
    lake.add("training", [("t", "2016-09-01", 1.0, "Ulm", "no", None)])
    assert end(lake) is None
    lake.add("predictions", [("a", "2016-03-01", 1.0, "Ulm", None, None)])
    lake.add("predictions", [("b", "2016-04-02 10:30:00.000005", 1.0, "Ulm", None, None)])
    lake.add("predictions", [("c", "2016-02-01", 1.0, "Ulm", None, None)])
    lake.add("labels", [("d", "2016-05-01", 0.0, "", "no", "2016-05-09")])
    assert end(lake) == "2016-04-02T10:30:00.000005"
    assert end(lake) == lake.read(part="log")["_time"].max().isoformat()


def test_a_row_that_was_corrected_to_an_earlier_moment_ends_the_log_there(lake):
    lake.add("predictions", [("a", "2016-03-20", 1.0, "Ulm", None, None)])
    lake.add("predictions", [("b", "2016-03-10", 1.0, "Ulm", None, None)])
    lake.add("predictions", [("a", "2016-03-02", 1.0, "Ulm", None, None)])
    assert end(lake) == "2016-03-10T00:00:00"


def test_chunks_of_rows_are_in_no_order_of_time(lake):
    lake.spec = replace(lake.spec, chunk="1")
    rows = pd.DataFrame({"_id": ["a", "b"], "_time": pd.to_datetime(["2016-05-01", "2016-03-01"])})
    rows = rows.assign(_seq=[999_999, 1_000_000], _chunk=["rows-999999", "rows-1000000"])
    lake.write("predictions", rows)
    assert end(lake) == "2016-05-01T00:00:00"
    lake.write("predictions", rows.assign(_time=pd.NaT, _id=["c", "d"], _seq=[7, 1_000_001]))
    lake.batches = lake.batches[1:]
    assert end(lake) == "1000001"


def test_a_row_belongs_to_the_delivery_that_brought_it_first(lake):
    for rows in (["a", "b"], ["b", "c"], ["d", "c", "a"]):
        lake.add("predictions", [(row, "2016-03-01", 1.0, "Ulm", None, None) for row in rows])

    def brought(after):
        return first_brought(lake.settings, lake.spec, tuple(lake.batches), after).to_pylist()

    assert brought(0) == [
        {"_id": row, "batch": batch} for row, batch in zip("abcd", (1, 1, 2, 3), strict=True)
    ]
    assert brought(1) == [{"_id": "c", "batch": 2}, {"_id": "d", "batch": 3}]
    assert brought(3) == []
