"""The SQLite files at rest: what the file of each held when nobody had written to it for a moment.

Whoever writes to a file changes its time of change. One that has the size and the time that were written
down, and other bytes, was changed by its disk: whichever byte it was, of a row, a header or between the rows.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from core.lake.write import replacing
from core.services.operations.backup_contents import database_files
from core.settings import Settings
from core.store.sealed.documents import seal, unseal
from core.store.types import now
from core.trouble import explain_failures

NAME = "databases.json"
"""Below run/: no part of a backup, since what is restored has other times of change."""
FINE_SECONDS, COARSE_SECONDS = 0.1, 2.0
"""How old a time of change must be before nobody can write again within it: Linux's clock for files ticks
every 10 ms at most; file systems that know whole seconds alone count by one (ext3, HFS+) or two (FAT)."""
SECOND = 1_000_000_000
AGAIN_SECONDS = 1.0
"""After this what differs is read once more: a network's disk may tell of a write late."""
BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Linux's name for the time since the machine started."""


@dataclass(frozen=True, slots=True)
class AtRest:
    """What a file held.

    Attributes:
        bytes: its size.
        changed: its time of change, nanoseconds since 1970.
        sha256: of its bytes.
        at: when that was taken (ISO, UTC).
        boot: since which start of the machine; empty where the system does not say.
    """

    bytes: int
    changed: int
    sha256: str
    at: str
    boot: str

    @property
    def is_of_this_start(self) -> bool:
        """Whether the machine has run since.

        Where its power went off, a time of change may be lost that belongs to bytes which are not.
        """
        return bool(self.boot) and self.boot == boot()


def boot() -> str:
    """The present start of the machine; empty where the system does not say."""
    try:
        return BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def note_path(settings: Settings) -> Path:
    """Where it is written down."""
    return settings.run / NAME


def read_note(settings: Settings) -> dict[str, AtRest]:
    """Name in the archive -> what is known of the file.

    Raises:
        ValueError: the note itself is damaged.
    """
    path = note_path(settings)
    if not path.is_file():
        return {}
    raw = path.read_bytes()
    body: dict[str, dict[str, Any]] = unseal(raw)
    if seal(body).encode() != raw:
        raise ValueError("it is not as it was written")
    return {name: AtRest(**entry) for name, entry in body.items()}


def take_note(settings: Settings, wait: Callable[[float], object] = time.sleep) -> list[str]:
    """Write down what the files at rest hold that were written since the last time; gives their names.

    Of a file that has the size and time that are known nothing is taken anew, whatever it holds by now. Costs
    a read of each other one (some seconds for a GB), and a pause where one was written a moment ago.
    """
    try:
        known = read_note(settings)
    except ValueError:
        known = {}
    new: dict[str, AtRest] = {}
    with explain_failures(settings.home):
        for name, file in database_files(settings).items():
            if file.is_file() and not _is_known(known.get(name), file):
                entry = _take(file, wait)
                new |= {name: entry} if entry is not None else {}
        if new:
            path = note_path(settings)
            with replacing(path, path.with_suffix(".partial")) as partial:
                body = {name: asdict(entry) for name, entry in (known | new).items()}
                partial.write_text(seal(body), encoding="utf-8")
    return list(new)


def compare(settings: Settings) -> Iterator[tuple[str, Path, AtRest | None, bool]]:
    """Each file that is there: name in the archive, path, what is known of it, whether it holds other bytes.

    Nothing is known where it was written since.

    Raises:
        ValueError: the note itself is damaged.
    """
    known = read_note(settings)
    for name, file in database_files(settings).items():
        if file.is_file():
            entry = known.get(name)
            comparable = entry if _is_known(entry, file) else None
            yield name, file, comparable, comparable is not None and _differs(comparable, file)


def _is_known(entry: AtRest | None, file: Path) -> bool:
    if entry is None:
        return False
    present = file.stat()
    return (entry.bytes, entry.changed) == (present.st_size, present.st_mtime_ns)


def _differs(entry: AtRest, file: Path) -> bool:
    """Whether it holds other bytes, and nobody wrote while it was read."""
    if _sha256(file) == entry.sha256:
        return False
    time.sleep(AGAIN_SECONDS)
    return _sha256(file) != entry.sha256 and _is_known(entry, file)


def _take(file: Path, wait: Callable[[float], object]) -> AtRest | None:
    """What a file holds; None where somebody writes to it just now."""
    before = file.stat()
    rest = FINE_SECONDS if before.st_mtime_ns % SECOND else COARSE_SECONDS
    age = time.time() - before.st_mtime
    if age < 0:  # of a clock that went another way nobody knows what comes next
        return None
    if age < rest:
        wait(rest - age)
    sha256, after = _sha256(file), file.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return None
    return AtRest(before.st_size, before.st_mtime_ns, sha256, now().isoformat(timespec="seconds"), boot())


def _sha256(file: Path) -> str:
    with file.open("rb") as handle:
        return file_digest(handle, "sha256").hexdigest()
