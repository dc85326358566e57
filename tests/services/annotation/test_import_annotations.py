"""Broken here: answers from elsewhere are lost, counted twice, or refused although they fit."""

import pandas as pd
import pytest

from core.errors import SchemaError
from core.lake.remotes.sources import read_table
from core.services.annotation.import_annotations import import_annotations
from core.services.annotation.views import ImportSummary
from core.services.operations.export import table
from core.store import models
from core.store.annotation import events, tasks
from core.store.engine import reading
from core.tables.csv_export import to_csv
from core.tables.table import Table
from tests import seed
from tests.services.annotation.test_annotate import desk


@pytest.fixture
def ws(tmp_path):
    ws = seed.digits(tmp_path / "home", 12)
    yield ws
    ws.engine.dispose()


def taken(ws, frame, by="lab", **how):
    return import_annotations(ws, "digits", Table(pd.DataFrame(frame), "answers.csv"), by, **how)


def stored(ws):
    with reading(ws.engine) as session:
        spec = desk(ws).spec
        return events.corrections(session, spec.id), events.last_seq(session, spec.id)


def test_answers_from_elsewhere_enter_as_events_once(ws):
    frame = {"id": ["r1", "r2"], "label": [4, 5]}
    assert taken(ws, frame) == ImportSummary(2, 0)
    assert taken(ws, frame) == ImportSummary(0, 2)
    assert taken(ws, {"id": ["r1"], "label": ["7"]}) == ImportSummary(1, 0)
    assert stored(ws)[0] == {"r1": "7", "r2": "5"}
    with reading(ws.engine) as session:
        assert tasks.counts(session, desk(ws).spec.id) == {"open": 10, "settled": 2}


@pytest.mark.parametrize(
    "frame",
    [
        {"id": ["r1"]},
        {"id": ["r1"], "label": ["ten"]},
        {"id": ["r1", "r1"], "label": ["1", "2"]},
        {"id": ["r1", "r99"], "label": ["1", "2"]},
        {"id": ["r1", "r2"], "label": ["1", "NA"]},
    ],
)
def test_a_wrong_table_changes_nothing(ws, frame):
    with pytest.raises(SchemaError):
        taken(ws, frame)
    assert stored(ws) == ({}, 0)


MIXED = {"id": ["r0", "r1", "r2", "r2", "unknown", "r3 "], "label": ["4", "5", "6", "7", "1", " 8.0 "]}


def test_what_is_wrong_is_listed_by_row_and_the_rest_can_be_taken(ws):
    with pytest.raises(SchemaError) as refused:
        taken(ws, MIXED)
    said = refused.value.message
    refusal = "answers.csv: 3 of 6 rows cannot be taken in: row 3, column 'label': 'r2' is answered twice"
    assert said.startswith(refusal)
    assert "row 5, column 'id': 'unknown' is no row of digits" in said
    assert "--leave-out" in refused.value.hint
    assert stored(ws) == ({}, 0)
    found = taken(ws, MIXED, leave_out=True)
    assert (found.new, found.known, len(found.left_out)) == (3, 0, 3)
    assert stored(ws)[0] == {"r0": "4", "r1": "5", "r3": "8"}


def test_the_same_answer_twice_in_a_table_counts_once(ws):
    assert taken(ws, {"id": ["r1", "r1"], "label": ["4", "4 "]}) == ImportSummary(1, 0)


def test_nothing_that_fits_is_refused_even_when_rows_may_be_left_out(ws):
    with pytest.raises(SchemaError, match="1 of 1 rows"):
        taken(ws, {"id": ["r99"], "label": ["4"]}, leave_out=True)


def test_cells_that_an_export_guarded_come_back(tmp_path):
    """Excel would run a class -1 as a formula, so that a CSV has an apostrophe before it."""
    one, two = (seed.texts(tmp_path / home, 4, ("-1", "+1", "0")) for home in ("one", "two"))
    frame = {"id": ["r0", "r1", "r2"], "label": ["'-1", "-1", "0"]}
    assert import_annotations(
        one, "intents", Table(pd.DataFrame(frame), "answers.csv"), "@lab"
    ) == ImportSummary(3, 0)
    exported = table(one, "intents", "annotations")
    (tmp_path / "annotations.csv").write_text(to_csv(exported))
    assert "'-1" in (tmp_path / "annotations.csv").read_text()
    exported.to_parquet(tmp_path / "annotations.parquet")
    for name, expected in (
        ("annotations.csv", ImportSummary(3, 0)),
        ("annotations.parquet", ImportSummary(0, 3)),
    ):
        assert import_annotations(two, "intents", read_table(tmp_path / name), "lab") == expected
    for ws in (one, two):
        with reading(ws.engine) as session:
            model = models.spec(session, "intents").id
            assert events.corrections(session, model) == {"r0": "-1", "r1": "-1", "r2": "0"}
        assert set(table(ws, "intents", "annotations")["person"]) == {"@lab"}
        ws.engine.dispose()
