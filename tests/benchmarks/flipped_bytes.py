"""One byte flipped in every file of a home: does the doctor name the file, and does the rest go on?

`python -m tests.benchmarks.flipped_bytes HOME [FLIPS] [SEED] [ENDING]`, HOME as `python -m core demo`
leaves it; it is copied first. Every file in turn (or those whose path has this ending) gets a byte of its
head, foot, middle or of any other place flipped, one at a time. Of databases the table is told to which the
byte belongs: a byte of a page that no table uses, or between the rows of one, hurts nobody.
"""

import contextlib
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from core.errors import CaretakerError
from core.services.monitoring import monitor
from core.services.operations import backup, doctor, export, restore
from core.settings import Settings
from core.store import models
from core.store.engine import reading
from core.store.workspace import open_existing

PLACES = ("head", "foot", "middle", "anywhere")
HEAD, FOOT = 64, 600
"""Bytes: of a magic number and what follows it, and of a Parquet footer's end."""
NO_FILES = (".lock", "-wal", "-shm", "registered_model_meta")
"""Left out: a lock is empty, what SQLite puts beside a database is gone once it is closed, and MLflow writes
the last one anew whenever a version is opened."""
ARCHIVE_NAMES = {"caretaker.db": "database.db"}
"""How a backup calls a database that has another name in the home."""


@dataclass(frozen=True, slots=True)
class Flip:
    """One byte of one file, and what it became."""

    path: Path
    place: str
    offset: int
    bit: int

    def make(self):
        """Flip it; done twice, everything is as before."""
        before = self.path.stat()
        with self.path.open("r+b") as file:
            file.seek(self.offset)
            byte = file.read(1)[0]
            file.seek(self.offset)
            file.write(bytes([byte ^ (1 << self.bit)]))
        os.utime(self.path, ns=(before.st_atime_ns, before.st_mtime_ns))  # a disk that rots tells nobody


def files(home):
    """What a home consists of; locks are empty."""
    paths = (path for path in sorted(home.rglob("*")) if path.is_file() and path.stat().st_size)
    return [path for path in paths if not path.name.endswith(NO_FILES)]


def flips(home, count, seed, only=""):
    """So many flips, every file in turn and every place of it; `only`: of files whose path ends so."""
    dice, paths = random.Random(seed), [path for path in files(home) if str(path).endswith(only)]
    for at in range(count):
        if at % len(paths) == 0:
            dice.shuffle(paths)
        path, place = paths[at % len(paths)], PLACES[at // len(paths) % len(PLACES)]
        size = path.stat().st_size
        ends = {"head": (0, min(HEAD, size)), "foot": (max(0, size - FOOT), size)}
        low, high = ends.get(place, (size // 3, max(size // 3 + 1, 2 * size // 3)))
        if place == "anywhere":
            low, high = 0, size
        yield Flip(path, place, dice.randrange(low, high), dice.randrange(8))


def attempt(action):
    """What came of it: "ok", the sentence of a refusal, or the name of a traceback."""
    try:
        return "ok", action()
    except CaretakerError as error:
        return "refused", error
    except Exception as error:  # noqa: BLE001 - that none comes is what is measured
        return f"traceback {type(error).__name__}", error


def uses(settings):
    """What people do, each by itself: name -> call."""

    def opened(use):
        ws = open_existing(settings)
        try:
            return use(ws)
        finally:
            ws.engine.dispose()

    def names(ws):
        with reading(ws.engine) as session:
            return [spec.name for spec in models.specs(session)]

    calls = {"list": lambda: opened(names)}
    for name in opened(names):
        calls[f"health {name}"] = lambda name=name: opened(lambda ws: monitor.health(ws, name))
        calls[f"export {name}"] = lambda name=name: opened(lambda ws: len(export.table(ws, name, "labels")))
    return calls


def kind(home, flip):
    """lake, artifacts, the rest, or of a database the table to which the byte belongs."""
    name = flip.path.relative_to(home).parts[0]
    if not name.endswith(".db"):
        return {"mlartifacts": "artifacts"}.get(name, name)
    raw = flip.path.read_bytes()
    size = {1: 65536}.get(int.from_bytes(raw[16:18], "big"), int.from_bytes(raw[16:18], "big"))
    page, inside = divmod(flip.offset, size)
    if page + 1 in free_pages(raw, size):
        return f"{name}, free page"
    with contextlib.closing(sqlite3.connect(flip.path)) as opened:
        query = "SELECT name, pagetype FROM dbstat WHERE pageno = ?"
        table, pagetype = opened.execute(query, (page + 1,)).fetchone() or ("?", "")
    body = raw[page * size : (page + 1) * size]
    return f"{name}, {'slack' if pagetype != 'overflow' and is_gap(body, inside, page) else table}"


def is_gap(body, inside, page):
    """Whether the byte lies between the pointers of a page and its cells, where SQLite keeps nothing."""
    at = 100 if page == 0 else 0
    cells = int.from_bytes(body[at + 3 : at + 5], "big")
    content = int.from_bytes(body[at + 5 : at + 7], "big") or 65536
    return at + (12 if body[at] in {2, 5} else 8) + 2 * cells <= inside < content


def free_pages(raw, size):
    """Numbers of the pages on SQLite's list of free ones."""
    pages, trunk = set(), int.from_bytes(raw[32:36], "big")
    while trunk and trunk not in pages:
        at = (trunk - 1) * size
        pages.add(trunk)
        count = int.from_bytes(raw[at + 4 : at + 8], "big")
        pages |= {int.from_bytes(raw[at + 8 + 4 * n : at + 12 + 4 * n], "big") for n in range(count)}
        trunk = int.from_bytes(raw[at : at + 4], "big")
    return pages


def named(checks, path):
    """Whether a line that is not well names the file."""
    return any(path.name in check.detail for check in checks if check.state != "ok")


@dataclass
class Tally:
    """What came of the flips: (kind of file, result) -> how often; what was not as it should be, in words."""

    table: Counter
    seconds: Counter
    odd: list

    def add(self, home, flip, of, result, *, well):
        """Count a result; what is not well is told."""
        self.table[of, result] += 1
        if not well:
            place = f"{flip.path.relative_to(home)}, {flip.place}, byte {flip.offset}"
            self.odd.append(f"{of}: {result}: {place}")


def look(settings, flip, of, tally):
    """Ask the doctor both ways, and for a backup."""
    home = settings.home
    for way, deep in (("doctor", False), ("doctor --deep", True)):
        started = time.perf_counter()
        end, checks = attempt(lambda deep=deep: doctor.examine(settings, deep=deep))
        tally.seconds[way] += time.perf_counter() - started
        result = ("names it" if named(checks, flip.path) else "sees nothing") if end == "ok" else end
        tally.add(home, flip, of, f"{way}: {result}", well=result == "names it")
    end, report = attempt(lambda: saved(settings, home.parent / "new.tar.gz"))
    names = {flip.path.name, ARCHIVE_NAMES.get(flip.path.name, flip.path.name)}
    tells = end == "refused" or (
        end == "ok" and any(name in line for name in names for line in report.damaged)
    )
    result = "tells" if tells else "saves it as good" if end == "ok" else end
    tally.add(home, flip, of, f"backup: {result}", well=tells)


def main(arguments):
    """Flip, look, flip back; print what was not as it should be, and the table."""
    source, count = Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 100
    seed, only = int(arguments[2]) if len(arguments) > 2 else 1, arguments[3] if len(arguments) > 3 else ""
    tally = Tally(Counter(), Counter(), [])
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder).resolve() / "home")
        shutil.copytree(source, settings.home)
        saved(settings, settings.home.parent / "good.tar.gz")
        calls = uses(settings)
        before = {name: attempt(call) for name, call in calls.items()}
        kept = settings.home.parent / "kept"
        shutil.copytree(settings.home, kept)
        for flip in flips(settings.home, count, seed, only):
            of = kind(settings.home, flip)
            flip.make()
            try:
                tally.add(settings.home, flip, of, "flips", well=True)
                look(settings, flip, of, tally)
                for name, call in calls.items():
                    end, result = attempt(call)
                    if (end, result) != before[name]:
                        withheld = end == "ok" and result is None
                        result = "not shown" if withheld else "gives something else" if end == "ok" else end
                        well = withheld or end == "refused"
                        tally.add(settings.home, flip, of, f"uses: {result}", well=well)
            finally:
                for ending in ("-wal", "-shm"):
                    flip.path.with_name(flip.path.name + ending).unlink(missing_ok=True)
                shutil.copy2(kept / flip.path.relative_to(settings.home), flip.path)
        restore.restore(settings, settings.home.parent / "good.tar.gz", replace=True)
        same = {name: attempt(call) for name, call in calls.items()} == before
    print("\n".join(tally.odd))
    for (of, result), number in sorted(tally.table.items()):
        print(f"{of:<44}{result:<36}{number:>5}")
    print(f"after a restore of the good backup lists, health documents and exports are the same: {same}")
    print({way: round(total / count, 2) for way, total in tally.seconds.items()}, "seconds a look")


def saved(settings, file):
    """A backup of the home as it is."""
    ws = open_existing(settings)
    try:
        return backup.backup(ws, file)
    finally:
        ws.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])
