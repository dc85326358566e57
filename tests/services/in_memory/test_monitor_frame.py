"""Broken here: a log in memory gets other findings than the same log in a home."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError
from core.services.in_memory.monitor_frame import monitor_frame
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import connect_table
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.requested_roles import RequestedRoles
from core.tables.table import Table
from tests.services.monitoring.test_monitor import REQUEST, WANTED, sales

MOMENT = {"computed_at": ""}


def in_a_home(tmp_path, request, frame):
    """The document of a home whose clock stands where that of a log in memory does: at its end."""
    request = replace(request, as_of=request.as_of or str(frame["day"].max()))
    ws = open_workspace(Settings(home=tmp_path))
    connect_table(ws, request, Table(frame, "sales"))
    return monitor.refresh(ws, request.name)


def differences(a, b, at=""):
    """Paths at which two documents differ by more than rounding."""
    if isinstance(a, dict) and isinstance(b, dict):
        keys = dict.fromkeys([*a, *b])
        return [d for key in keys for d in differences(a.get(key), b.get(key), f"{at}/{key}")]
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)) and len(a) == len(b):
        return [d for i, (x, y) in enumerate(zip(a, b, strict=True)) for d in differences(x, y, f"{at}/{i}")]
    if isinstance(a, float) and isinstance(b, float):
        return [] if np.isclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True) else [f"{at}: {a} {b}"]
    return [] if a == b else [f"{at}: {a!r} {b!r}"]


def delayed(frame, rng):
    return frame.assign(known=frame["day"] + pd.to_timedelta(rng.integers(1, 40, len(frame)), unit="D"))


def broken_rows(frame):
    """No rows in June, and every one of September twice."""
    month = frame["day"].dt.month
    again = frame[month == 9].assign(id=lambda rows: rows["id"] + "-again")
    return pd.concat([frame[month != 6], again], ignore_index=True)


@pytest.mark.parametrize("case", ["plain", "late labels", "versions", "faults", "numbers", "rows"])
def test_the_document_is_that_of_a_connected_model(tmp_path, case):
    rng = np.random.default_rng(1)
    frame, request = sales(), REQUEST
    if case == "late labels":
        frame = delayed(frame, rng)
        request = replace(
            REQUEST, columns=replace(WANTED, label_available_at="known"), as_of="2020-09-15T00:00:00"
        )
    if case == "versions":
        frame["release"] = np.where(frame["day"] < "2020-06-10", "1", "2")
        request = replace(REQUEST, columns=replace(WANTED, version="release"))
    if case == "faults":
        late = frame["day"] >= "2020-08-01"
        frame.loc[late, "x"] *= 100
        frame.loc[late & (rng.random(len(frame)) < 0.5), "town"] = "Rom"
    if case == "rows":
        frame = broken_rows(frame)
    if case == "numbers":
        frame["y"] = 10 * frame["x"] + rng.normal(size=len(frame)) * np.where(frame["town"] == "Ulm", 4, 1)
        frame["said"] = 10 * frame["x"]
        wanted = RequestedRoles("y", "regression", "id", "day", "said", segments=("town",), exclude=("p",))
        request = replace(REQUEST, columns=wanted)
    stored = in_a_home(tmp_path, request, frame)
    found = monitor_frame(request, Table(frame, "sales")).document
    # only a home knows deliveries
    assert {alert.pop("delivery")["name"] for alert in stored["alerts"] if "delivery" in alert} <= {"sales"}
    assert differences(found | MOMENT, stored | MOMENT) == []
    assert found["status"] in {"red", "amber", "green"}


def test_missing_rows_copies_and_the_end_of_the_log_are_said_and_alerted():
    request = replace(REQUEST, as_of="2021-03-01T00:00:00")
    found = monitor_frame(request, Table(broken_rows(sales(fall_from=99)), "sales")).document
    gap = {"from": "2020-06-01", "until": "2020-06-30", "chunks": 1, "label": "Jun 2020"}
    assert found["data"] == {"from": "2020-01-01", "until": "2020-09-28", "gaps": [gap], "stale": True}
    assert "No rows came in Jun 2020. The log has ended: no rows came after 28 Sep 2020." in found["sentence"]
    assert (
        "50 % of the rows are exact copies of another one (0 % before) since Sep 2020." in found["sentence"]
    )
    assert [(alert["code"], alert["rule"], alert["closed"]) for alert in found["alerts"]] == [
        ("CT-H92", "rows", None),
        ("CT-H95", "rows", "2020-07-01"),
        ("CT-H94", "rows", None),
    ]
    assert found["status"] == "amber"
    assert found["chunks"][-1]["status"] == "amber"


@pytest.mark.parametrize("as_of", ["2020-10-20T00:00:00", None])
def test_a_log_that_goes_on_has_not_ended_nor_has_one_whose_clock_nobody_said(as_of):
    request = replace(REQUEST, as_of=as_of)
    found = monitor_frame(request, Table(sales(fall_from=99), "sales")).document
    assert (found["data"]["gaps"], found["data"]["stale"]) == ([], False)
    assert [alert for alert in found["alerts"] if alert["rule"] == "rows"] == []


def test_a_reference_of_its_own_is_what_the_log_is_compared_with():
    frame = sales()
    before, after = frame[frame["day"] < "2020-05-01"], frame[frame["day"] >= "2020-05-01"]
    request = replace(REQUEST, reference=None)
    found = monitor_frame(
        request, Table(after.reset_index(drop=True), "log"), Table(before.reset_index(drop=True), "training")
    ).document
    assert found["reference"]["trained"] is True
    assert [chunk["key"] for chunk in found["reference"]["chunks"]] == [f"2020-0{m}" for m in range(1, 5)]
    assert [chunk["key"] for chunk in found["chunks"]] == [f"2020-0{m}" for m in range(5, 10)]
    assert (found["status"], found["onset"]["date"]) == ("red", "2020-07-01")


def test_a_cell_that_does_not_fit_is_named():
    frame = sales()
    frame["p"] = frame["p"] * 100
    with pytest.raises(DataError, match="probabilities lie between 0 and 1"):
        monitor_frame(REQUEST, Table(frame, "the table"))
