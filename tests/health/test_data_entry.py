"""Broken here: Health says another time than the rows cover, or a part of the log misses its ends."""

import pytest

from core.errors import DataError
from core.health.findings import Findings
from core.health.profiles.history import History
from core.health.report.chunk_places import chunks_between
from core.health.report.data_entry import data_entry
from core.services.monitoring.older_documents import in_present_form
from core.stats.metrics import METRICS

ROWS = [{"start": 0, "end": 499, "n": 500}, {"start": 500, "end": 999, "n": 1}]


@pytest.mark.parametrize(("chunks", "ends"), [([], (None, None)), (ROWS, (0, 500))])
def test_rows_without_a_time_are_counted(chunks, ends):
    findings = Findings(METRICS["accuracy"], 0.02, History(None, (), ()), {}, None)
    data = data_entry(findings, chunks, "500", None)
    assert (data["from"], data["until"]) == ends
    assert (data["gaps"], data["stale"]) == ([], False)


@pytest.mark.parametrize(
    ("first", "until", "starts"),
    [(None, None, [0, 500]), ("500", None, [0, 500]), ("501", None, [500]), (None, "501", [0])],
)
def test_a_part_of_the_log_by_rows(first, until, starts):
    assert [chunk["start"] for chunk in chunks_between(ROWS, first, until)] == starts


def test_a_date_is_no_row_and_a_row_no_date():
    with pytest.raises(DataError, match="no number of a row"):
        chunks_between(ROWS, "2024-01-01", None)
    with pytest.raises(DataError, match="no date"):
        chunks_between([{"start": "2024-01-01", "end": "2024-01-07"}], "7", None)


def test_an_older_document_says_its_gaps_in_the_present_form():
    gaps = [
        {"start": "2024-02-01", "end": "2024-02-29", "chunks": 1, "label": "Feb 2024"},
        {"start": "2024-05-01", "end": None, "chunks": 9, "label": "30 Apr 2024"},
    ]
    old = {"chunks": [{"start": "2024-01-01"}], "data_until": "2024-04-30", "gaps": gaps}
    data = in_present_form(old)["data"]
    gap = {"from": "2024-02-01", "until": "2024-02-29", "chunks": 1, "label": "Feb 2024"}
    assert data == {"from": "2024-01-01", "until": "2024-04-30", "gaps": [gap], "stale": True}
    assert in_present_form({"data": data}) == {"data": data}
