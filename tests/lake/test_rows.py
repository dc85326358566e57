"""Broken here: every number of the product, for everything is computed from these rows."""

import random
from dataclasses import replace

import duckdb
import pandas as pd
import pytest

from core.lake import rows as stored_rows
from core.lake.paths import chunk_file, row_files
from core.lake.rows import read_columns, read_delivery
from core.lake.rows_view import rows_sql

TRAINING = [
    ("t1", "2016-01-05", 1.0, "Ulm", "no", "2016-01-10"),
    ("t2", "2016-01-06", 2.0, "Bonn", "yes", "2016-01-16"),
]


def test_an_empty_lake_gives_an_empty_table_with_the_columns(lake):
    frame = lake.read()
    assert frame.empty
    assert {"_label", "_mature", "_score_0", "_score_1", "x", "town"} <= set(frame.columns)


def test_the_newest_version_of_a_row_wins(lake):
    lake.add("predictions", [("a", "2016-03-01", 1.0, "Ulm", "no", None)])
    lake.add("predictions", [("a", "2016-03-01", 5.0, "Ulm", "yes", None)])
    frame = lake.read()
    assert (frame.loc["a", "x"], frame.loc["a", "_label"], len(frame)) == (5.0, "yes", 1)


def test_versions_of_rows_are_looked_for_only_where_a_delivery_corrected_some(lake):
    rows = [("a", "2016-03-01", 1.0, "Ulm", "no", None)]
    lake.add("predictions", rows)
    lake.add("predictions", [("b", "2016-03-01", 1.0, "Ulm", "no", None)])
    lake.add("predictions", [("c", "2016-04-01", 1.0, "Ulm", "no", None)])
    lake.batches = [replace(batch, replaced=0) for batch in lake.batches]

    def query(**how):
        return rows_sql(lake.settings, lake.spec, tuple(lake.batches), **how)

    assert "GROUP BY _id" not in query()
    lake.add("predictions", [("a", "2016-03-01", 5.0, "Ulm", "no", None)])
    assert lake.read()["x"].to_dict() == {"a": 5.0, "b": 1.0, "c": 1.0}
    assert "GROUP BY _id" in query(chunks=["2016-03"])
    assert "GROUP BY _id" not in query(chunks=["2016-04"])


def test_a_label_is_unseen_until_it_is_available(lake):
    lake.add("predictions", [("a", "2016-03-01", 1.0, "Ulm", "no", "2017-01-01")])
    assert lake.read().loc["a", "_label"] is None
    lake.spec = replace(lake.spec, as_of="2017-01-01")
    assert lake.read().loc["a", "_label"] == "no"


def test_a_late_label_is_joined_and_a_later_one_replaces_it(lake):
    lake.add("predictions", [("a", "2016-03-01", 1.0, "Ulm", None, None)])
    lake.add("labels", [("a", "2016-03-01", 0.0, "", "no", "2016-03-09")])
    assert lake.read().loc["a", "_label"] == "no"
    lake.add("labels", [("a", "2016-03-01", 0.0, "", "yes", "2016-03-10")])
    assert lake.read().loc["a", "_label"] == "yes"


def test_an_expert_answer_replaces_the_given_label_and_keeps_it_visible(lake):
    lake.add("training", TRAINING)
    row = lake.read(corrections={"t1": "yes"}).loc["t1"]
    assert (row["_given"], row["_label"]) == ("no", "yes")


def test_labels_count_only_once_nearly_all_of_their_kind_can_be_known(lake):
    """The label of early birds is a biased sample: 99 % of the training labels took up to 10 days."""
    lake.add("training", TRAINING)
    lake.add("predictions", [("a", "2016-12-30", 1.0, "Ulm", "no", "2016-12-30")])
    lake.add("predictions", [("b", "2016-12-20", 1.0, "Ulm", "no", "2016-12-30")])
    assert lake.read()["_mature"].to_dict() == {"t1": True, "t2": True, "a": False, "b": True}


def test_without_label_times_every_label_counts(lake):
    lake.spec = replace(lake.spec, roles=replace(lake.spec.roles, label_available_at=None))
    lake.add("predictions", [("a", "2016-12-30", 1.0, "Ulm", "no", None)])
    assert lake.read()["_mature"].all()


def test_parts_chunks_ids_and_columns_can_be_chosen(lake):
    lake.add("training", TRAINING)
    lake.add("predictions", [("a", "2016-03-01", 1.0, "Ulm", "no", None)])
    assert list(lake.read(part="training").index) == ["t1", "t2"]
    assert list(lake.read(part="log").index) == ["a"]
    assert list(lake.read(chunks=["2016-03"]).index) == ["a"]
    assert list(lake.read(ids=["t2", "a", "nobody"]).index) == ["t2", "a"]
    assert "x" not in lake.read(columns=["town"]).columns


def test_a_file_without_a_batch_is_ignored(lake):
    lake.add("predictions", [("a", "2016-03-01", 1.0, "Ulm", "no", None)])
    orphan = chunk_file(lake.settings, 1, "predictions", "2016-03", "orphan")
    orphan.write_bytes(b"half a file")
    assert list(lake.read().index) == ["a"]


@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_arrival_ends_in_the_same_rows(lake, seed):
    """Overlapping files and labels before or after a resend: nothing may be counted twice."""
    rows = [(f"r{i}", "2016-02-01", float(i), "Ulm", None, None) for i in range(6)]
    labels = [(f"r{i}", "2016-02-01", 0.0, "", "yes", "2016-02-03") for i in range(4)]
    arrivals = [
        ("predictions", rows[:4]),
        ("predictions", rows[2:]),
        ("labels", labels),
        ("labels", labels[:2]),
    ]
    random.Random(seed).shuffle(arrivals)
    for kind, part in arrivals:
        lake.add(kind, part)
    frame = lake.read().sort_index()
    assert list(frame["x"]) == [0, 1, 2, 3, 4, 5]
    assert list(frame["_label"]) == ["yes"] * 4 + [None] * 2


def test_texts_come_as_objects_because_scikit_learn_needs_them(lake):
    lake.add("training", TRAINING)
    assert lake.read()["town"].dtype == object
    assert pd.api.types.is_float_dtype(lake.read()["x"])


def test_a_said_delay_holds_where_no_column_says_when_a_label_was_known(lake):
    """Ten days after its row a label counts; before that it is as unseen as if it had not come."""
    lake.spec = replace(
        lake.spec, roles=replace(lake.spec.roles, label_available_at=None), label_delay_days=10
    )
    lake.add("predictions", [(i, f"2016-12-{i}", 1.0, "Ulm", "no", None) for i in ("20", "21", "22")])
    frame = lake.read()
    assert list(frame["_label"]) == ["no", "no", None]
    assert list(frame["_mature"]) == [True, True, False]


def test_many_ids_are_looked_up_as_few_are_and_only_the_fields_named_are_read(lake, monkeypatch):
    lake.add("training", TRAINING)
    few = lake.read(ids=["t2", "nobody"], columns=[])
    monkeypatch.setattr(stored_rows, "MANY_IDS", 1)
    pd.testing.assert_frame_equal(lake.read(ids=["t2", "nobody"], columns=[]), few)
    named = lake.read(ids=["t2", "nobody"], columns=["town"], fields=["_id", "_label"])
    assert named.to_dict("index") == {"t2": {"_label": "yes", "town": "Bonn"}}


def test_a_delivery_is_read_as_it_came_and_a_column_that_it_lacks_is_unknown(lake):
    lake.add("predictions", [("a", "2016-03-01", 1.0, "Ulm", "no", None)])
    lake.add(
        "predictions",
        [("a", "2016-03-02", 2.0, None, "no", None), ("b", "2016-04-01", 3.0, "Ulm", "no", None)],
    )
    frame = read_delivery(lake.settings, lake.spec, lake.batches[1]).set_index("_id")
    assert frame["x"].to_dict() == {"a": 2.0, "b": 3.0}
    assert frame["town"].to_dict() == {"a": None, "b": "Ulm"}
    paths = [file.path for file in row_files(lake.settings, lake.spec, lake.batches[:1], "log")]
    assert read_columns(paths, ["_id", "new"]).to_pylist() == [{"_id": "a", "new": None}]


def test_readers_at_once_see_nothing_of_each_other_and_a_file_written_anew_is_read_anew(lake):
    lake.add("predictions", [("a", "2016-03-01", 1.0, "Ulm", "no", None)])
    with (
        stored_rows.connect(lake.settings, lake.spec) as one,
        stored_rows.connect(lake.settings, lake.spec) as other,
    ):
        one.execute("CREATE TEMP TABLE chunk AS SELECT 1 AS n")
        other.execute("CREATE TEMP TABLE chunk AS SELECT 2 AS n")
        assert one.execute("SELECT n FROM chunk").fetchall() == [(1,)]
        assert other.execute("SELECT n FROM chunk").fetchall() == [(2,)]
    assert lake.read().loc["a", "x"] == 1.0
    lake.batches.clear()
    lake.add("predictions", [("a", "2016-03-01", 5.0, "Ulm", "no", None)])
    assert lake.read().loc["a", "x"] == 5.0


def test_a_database_that_answers_nobody_any_more_is_replaced(lake):
    with stored_rows.connect(lake.settings, lake.spec) as connection:
        connection.execute("CREATE TABLE mark AS SELECT 1 AS n")
    with pytest.raises(duckdb.FatalException), stored_rows.connect(lake.settings, lake.spec):
        raise duckdb.FatalException("the database has been invalidated")
    with stored_rows.connect(lake.settings, lake.spec) as fresh, pytest.raises(duckdb.CatalogException):
        fresh.sql("SELECT n FROM mark")
