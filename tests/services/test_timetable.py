"""Broken here: one thing that is looked at stops the others, or a database out of reach ends it all."""

import threading

from sqlalchemy.exc import OperationalError

from core.errors import BusyError
from core.services import timetable
from core.settings import Settings


def test_what_is_in_trouble_is_looked_at_again_and_keeps_nothing_else_waiting(tmp_path, monkeypatch):
    monkeypatch.setattr(timetable, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(timetable, "LOOK_SECONDS", 0.0)
    stop, calls = threading.Event(), []
    opened = iter([OperationalError("", {}, OSError("away")), None])

    def open_workspace(_settings):
        if (trouble := next(opened)) is not None:
            raise trouble
        return "the workspace"

    def in_trouble(_ws):
        calls.append("in trouble")
        raise BusyError("The worker has not started yet.", "Wait.")

    def well(ws):
        calls.append(ws)
        if len(calls) == 4:
            stop.set()

    monkeypatch.setattr(timetable, "open_workspace", open_workspace)
    timetable.keep(Settings(home=tmp_path), stop, [in_trouble, well])
    assert calls == ["in trouble", "the workspace"] * 2
