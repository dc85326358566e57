"""Write constraints.txt: the versions with which the tests were last run, names and versions only.

`python -m tests.pin` in the environment that passed; `pip install -c constraints.txt -r requirements.txt`
brings the same versions elsewhere.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import distribution, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "constraints.txt"


def direct(path: Path) -> Iterator[Requirement]:
    """The requirements that a file names, those of the files that it includes among them.

    >>> [str(each) for each in direct(ROOT / "requirements-team.txt")]
    ['psycopg[binary]>=3.2']
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.partition("#")[0].strip()
        if words.startswith("-r "):
            yield from direct(path.parent / words[3:])
        elif words:
            yield Requirement(words)


def closure(requirements: Iterator[Requirement]) -> dict[str, str]:
    """Name -> version of everything that is installed because of them, here and on this Python."""
    versions: dict[str, str] = {}
    todo = [(each.name, frozenset(each.extras)) for each in requirements]
    visited = set()
    while todo:
        name, extras = entry = todo.pop()
        if entry in visited:
            continue
        visited.add(entry)
        versions[canonicalize_name(name)] = version(name)
        needs = map(Requirement, distribution(name).requires or [])
        todo += [(each.name, frozenset(each.extras)) for each in needs if _applies(each, extras | {""})]
    return dict(sorted(versions.items()))


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)


def main() -> int:
    """Write the file; a version of one machine alone (`+cpu`) would not be found elsewhere."""
    versions = closure(direct(ROOT / "requirements-dev.txt"))
    lines = [f"{name}=={re.sub(r'[+].*', '', number)}" for name, number in versions.items()]
    head = "# Versions with which the tests were last run: `python -m tests.pin` writes this file."
    TARGET.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(lines)} versions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
