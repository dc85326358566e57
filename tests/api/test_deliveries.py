"""Broken here: bytes that somebody waits for are deleted, or rubbish stays for ever."""

import os
import time
from dataclasses import replace

import pytest

from core.errors import BusyError
from core.services.ingestion import delivery_status, receive_delivery
from core.services.ingestion.jobs import Deliver

OLD = 30 * 24 * 3600.0


def lay(folder, age):
    folder.mkdir(parents=True)
    (folder / "predictions.csv").write_text("id\n1\n")
    os.utime(folder, (time.time() - age,) * 2)
    return folder


def wait_for(jobs, state, name):
    jobs.submit(None, Deliver(model="digits", path="p", sha256="s", kind="labels", by="eve"), job_id=name)
    jobs.jobs[name] = replace(jobs.jobs[name], state=state)


def test_old_files_go_unless_a_job_waits_for_them(ws, jobs):
    home = ws.settings.run / "deliveries"
    names = ["labels-" + digit * 32 for digit in "abc"]
    waiting, failed, fresh = (
        lay(home / "1" / name, age) for name, age in zip(names, (OLD, OLD, 0.0), strict=True)
    )
    half, growing = lay(home / "halves" / "x", 2 * 3600.0), lay(home / "halves" / "y", 60.0)
    wait_for(jobs, "queued", f"deliver-1-{names[0]}.1")
    wait_for(jobs, "failed", f"deliver-1-{names[1]}.1")
    delivery_status.sweep(ws)
    assert [path.exists() for path in (waiting, failed, fresh, half, growing)] == [
        True,
        False,
        True,
        False,
        True,
    ]
    late = lay(home / "halves" / "z", OLD)
    delivery_status.sweep(ws)
    assert late.exists()  # the next look is in an hour


def test_a_full_disk_is_said_before_anything_is_written(ws, jobs, monkeypatch):
    monkeypatch.setattr(receive_delivery, "LEAST_FREE", 1 << 62)
    with pytest.raises(BusyError, match="nearly full"):
        receive_delivery.make_room(ws)


@pytest.mark.parametrize("name", ["", "x", "labels-", "labels-" + "g" * 32, "other-" + "a" * 32, "../" * 9])
def test_what_is_no_name_is_no_delivery(ws, jobs, name):
    assert delivery_status.find_status(ws, "digits", name) is None


def test_a_job_that_broke_is_told_and_may_be_tried_again(ws, jobs):
    name = "labels-" + "a" * 32
    wait_for(jobs, "failed", f"deliver-1-{name}.1")
    jobs.jobs[f"deliver-1-{name}.1"] = replace(
        jobs.jobs[f"deliver-1-{name}.1"], error={"message": "It broke.", "hint": "Again."}
    )
    found = delivery_status.find_status(ws, "digits", name)
    assert (found.state, found.message, found.hint) == ("failed", "It broke.", "Again.")
    wait_for(jobs, "cancelled", f"deliver-1-{name}.10")
    wait_for(jobs, "running", f"deliver-1-{name}.9")
    assert delivery_status.find_status(ws, "digits", name).state == "cancelled"
    assert delivery_status.find_status(ws, "digits", "labels-" + "b" * 32) is None
