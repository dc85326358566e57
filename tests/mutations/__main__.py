"""Which small faults in the rooms that decide would no test notice?

`python -m tests.mutations [ROOM ...]` makes the faults of `tests.mutations.rooms` one at a time in a copy of
the tree, runs the tests that must notice (not the examples in docstrings, which repeat the code), and prints
a table: killed and by which test, or survived. It ends with 1 when one survives. A survivor is a rule without
a test at its limit (DeMillo, Lipton and Sayward 1978). `--whole` runs all tests of the room instead.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutations.mutation import ROOT, Mutation
from tests.mutations.rooms import MUTATIONS

LEFT_BEHIND = (".git", ".venv*", ".hypothesis", "node_modules", "__pycache__", ".*_cache", "img", "build")
LONGEST = 600
"""Seconds: a run that takes so long hangs, and the fault was noticed."""
PYTEST = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--hypothesis-seed=0")


def failing_test(tree: Path, tests: str) -> str:
    """The first test that fails in the tree; empty when all pass."""
    try:
        done = subprocess.run(
            [*PYTEST, tests],
            cwd=tree,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "a test that hangs"
    if done.returncode == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) tests/(.+?)(?: - |$)", done.stdout, re.MULTILINE)
    return failed[1] if failed else f"exit code {done.returncode}"


def killer(tree: Path, mutation: Mutation, tests: str) -> str:
    """The test that notices the mutation; empty when it survives."""
    file = tree / mutation.file
    source = file.read_text(encoding="utf-8")
    file.write_text(mutation.apply(source), encoding="utf-8")
    try:
        return failing_test(tree, tests)
    finally:
        file.write_text(source, encoding="utf-8")


def run_room(tree: Path, room: str, only: str, *, whole: bool) -> list[bool]:
    """Make the mutations of a room one by one and print each; which of them survive.

    Raises:
        SystemExit: the tests fail without any fault: they would call every mutation killed.
    """
    alive: list[bool] = []
    for path, mutations in MUTATIONS[room].items():
        chosen = [m for m in mutations if only in f"{m.file} {m.text} {m.meaning}"]
        tests = f"tests/{room}" if whole else path
        if chosen and (failed := failing_test(tree, tests)):
            raise SystemExit(f"{tests} fails without any fault: {failed}")
        for mutation in chosen:
            test = killer(tree, mutation, tests)
            alive.append(not test)
            print(_line(room, mutation, test), flush=True)
    return alive


def main() -> int:
    """Print every mutation, then a table by room."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=", ".join(MUTATIONS))
    parser.add_argument("--only", default="", metavar="TEXT", help="with it in file, text or meaning")
    parser.add_argument("--whole", action="store_true", help="run all tests of the room")
    options = parser.parse_args()
    print("| room | file | instead of | stands | what is wrong then | killed by |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="caretaker-mutations-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
        rooms = options.rooms or MUTATIONS
        alive = {room: run_room(tree, room, options.only, whole=options.whole) for room in rooms}
    print("\n| room | mutations | killed | survived |\n|---|---|---|---|")
    for room, survivors in alive.items():
        print(f"| {room} | {len(survivors)} | {len(survivors) - sum(survivors)} | {sum(survivors)} |")
    return int(any(map(any, alive.values())))


def _line(room: str, mutation: Mutation, test: str) -> str:
    texts = (" ".join(text.split()).replace("|", "\\|") for text in (mutation.text, mutation.replacement))
    before, now = (f"`{text}`" if text else "nothing" for text in texts)
    file = mutation.file.removeprefix("core/")
    return f"| {room} | {file} | {before} | {now} | {mutation.meaning} | {test or '**SURVIVED**'} |"


if __name__ == "__main__":
    sys.exit(main())
