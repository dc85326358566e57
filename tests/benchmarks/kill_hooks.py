"""Processes that kill themselves before a write: commits to either store, files, programs that are started.

Every write of a process is numbered, so that a first run lists what there is and later ones end at one of it.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import traceback
from pathlib import Path

from sqlalchemy import Engine, event

WRITES = ("INSERT", "UPDATE", "DELETE")
ROOT = Path(__file__).parents[2]


class Writes:
    """The writes of this process in order; at number `last` it sends itself SIGKILL instead."""

    def __init__(self, last=None):
        self.last, self.labels = last, []

    def before(self, what):
        """A write is about to be made."""
        if len(self.labels) == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        self.labels.append(f"{_place()}: {what}")

    def watch(self):
        """From now on every write is numbered."""
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "commit", self._commit)
        event.listen(Engine, "rollback", lambda connection: connection.info.pop("writes", None))
        self._wrap(os, "replace", lambda _from, to, **_: f"rename to {_file(to)}")
        self._wrap(shutil, "copyfile", lambda _from, to, **_: f"copy to {_file(to)}")
        self._wrap(subprocess.Popen, "__init__", lambda *_args, **_: "start a program")

    def _statement(self, connection, _cursor, statement, *_rest):
        verb, _, rest = statement.lstrip().partition(" ")
        if verb.upper() in WRITES:
            table = rest.split("(")[0].replace("INTO ", "").replace("FROM ", "").split()[0]
            connection.info.setdefault("writes", []).append(table.strip('"'))

    def _commit(self, connection):
        tables = connection.info.pop("writes", [])
        if tables:
            store = Path(connection.engine.url.database or "").stem
            self.before(f"commit to {store} ({', '.join(dict.fromkeys(tables))})")

    def _wrap(self, owner, name, label):
        real = getattr(owner, name)

        def call(*args, **more):
            self.before(label(*args, **more))
            return real(*args, **more)

        setattr(owner, name, call)


def _file(path):
    return Path(path).name


def _place():
    """The function of ours that writes."""
    frame = sys._getframe(2)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT / "core") and path.stem not in {"engine", "write", "locks"}:
            return f"{path.stem}.{frame.f_code.co_name}"
        frame = frame.f_back
    return "elsewhere"


def in_child(work, answer, last=None, *, watched=True):
    """Do work in a process of its own.

    Args:
        work: a function without arguments; what it gives can be written as JSON.
        answer: path of the file in which that comes back.
        last: number of the write before which the process is killed; None: it lives.
        watched: whether writes are numbered.

    Returns:
        (what came back, labels of the writes), or (None, None) of a process that was killed.

    Raises:
        RuntimeError: it failed in another way.
    """
    answer.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        _live(work, answer, Writes(last), watched=watched)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None, None
    if status or not answer.exists():
        raise RuntimeError(f"a process ended with {status}")
    return json.loads(answer.read_text())


def _live(work, answer, writes, *, watched):
    code = 1
    try:
        if watched:
            writes.watch()
        answer.write_text(json.dumps([work(), writes.labels], default=str))
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)
