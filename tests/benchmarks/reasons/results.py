"""The outcomes of logs in a file, a line of JSON each, so that a run can be cut off and go on."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.reasons.base import Task
from tests.benchmarks.reasons.run import Outcome


class Log(NamedTuple):
    """What makes a log: a world, the stream that it happens to, rows a week and the seed of its chance."""

    world: str
    task: Task
    base: str
    rows: int
    seed: int


class Results:
    """Logs and their outcomes, in memory or in a file that is written line by line.

    Args:
        path: the file; None keeps them in memory.
        resume: read what the file holds; else a file that exists is refused.
    """

    def __init__(self, path: Path | None = None, *, resume: bool = False) -> None:
        self._path = path
        self.outcomes: dict[Log, Outcome] = {}
        if path and path.exists():
            if not resume:
                raise SystemExit(f"{path} exists: go on with --resume, or name another file.")
            self.outcomes = dict(_read(path.read_text(encoding="utf-8").splitlines()))

    def add(self, log: Log, outcome: Outcome) -> None:
        """Keep one outcome; a line of the file is written at once."""
        self.outcomes[log] = outcome
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**log._asdict(), **asdict(outcome)}) + "\n")

    def by_world(self, logs: Iterable[Log]) -> dict[str, list[Outcome]]:
        """World -> outcomes of these logs, as far as there are any."""
        worlds: dict[str, list[Outcome]] = {}
        for log in logs:
            if log in self.outcomes:
                worlds.setdefault(log.world, []).append(self.outcomes[log])
        return worlds


def _read(lines: Iterable[str]) -> Iterator[tuple[Log, Outcome]]:
    for line in lines:
        values: dict[str, Any] = json.loads(line)
        log = Log(**{name: values.pop(name) for name in Log._fields})
        named = tuple((kind, columns) for kind, columns in values.pop("named"))
        yield log, Outcome(**{**values, "named": named, "other": tuple(values["other"])})
