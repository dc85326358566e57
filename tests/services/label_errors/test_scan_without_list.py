"""A search for wrong labels that ends without a list: stopped, refused, or not made yet."""

import pytest

from core.errors import DataError
from core.jobs.spec import Cancelled
from core.services.label_errors import suspect_list
from tests.services.label_errors.test_suspect_list import home, rows, scan


def test_a_cancelled_scan_leaves_nothing_and_goes_on_where_it_was(tmp_path):
    ws = home(tmp_path, rows()[0])

    def stop(done, said):
        if "Nearest" in said:
            raise Cancelled

    with pytest.raises(Cancelled):
        scan(ws, stop)
    assert suspect_list.latest(ws, "bookings") is None
    kept = list((ws.settings.run / "work").glob("*.npy"))
    assert len(kept) == 3
    moments = {path: path.stat().st_mtime_ns for path in kept}
    scan(ws)
    assert {path: path.stat().st_mtime_ns for path in kept} == moments
    ws.engine.dispose()


def test_labels_that_follow_from_nothing_are_refused_with_the_reason(tmp_path):
    ws = home(tmp_path, rows(random=True)[0])
    outcome = scan(ws)
    assert outcome["flagged"] == 0
    assert suspect_list.latest(ws, "bookings").refused == outcome["refused"]
    assert suspect_list.suspects(ws, "bookings").empty
    with pytest.raises(DataError, match="cannot find suspects"):
        suspect_list.export(ws, "bookings")
    ws.engine.dispose()


def test_without_a_scan_there_is_nothing_and_too_few_rows_are_said(tmp_path):
    ws = home(tmp_path, rows()[0].head(20))
    assert suspect_list.latest(ws, "bookings") is None
    assert suspect_list.suspects(ws, "bookings").empty
    with pytest.raises(DataError, match="No suspects were looked for"):
        suspect_list.export(ws, "bookings")
    with pytest.raises(DataError, match="Only 20 labelled rows"):
        scan(ws)
    ws.engine.dispose()
