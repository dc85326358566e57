"""How much of the pure rooms do their own tests run?

`python -m tests.benchmarks.coverage_rooms [ROOM ...]` runs the tests and examples of each room and prints the
lines and branches that they reach, by room and by file, the least covered first. What the tests of other
rooms reach does not count: a rule is tested where it stands.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.mutations.mutation import ROOT
from tests.mutations.rooms import PURE

HEAD = "| lines | reached | branches | reached |"
RULE = "|---|---|---|---|---|"


def measure(room: str) -> dict[str, Any]:
    """The report of coverage.py about one room."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COVERAGE_FILE": f"{folder}/data"}
        report = Path(folder) / "report.json"

        def coverage(*words: str) -> None:
            command = [sys.executable, "-m", "coverage", *words]
            subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)

        tests = ("-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/{room}", f"core/{room}")
        coverage("run", "--branch", f"--source=core/{room}", *tests)
        coverage("json", "-q", "-o", str(report))
        document: dict[str, Any] = json.loads(report.read_text())
        return document


def main() -> None:
    """Print a table by room, then one by file with the lines that no test reaches."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rooms", nargs="*", default=PURE, metavar="ROOM", help=", ".join(PURE))
    reports = {room: measure(room) for room in parser.parse_args().rooms}
    print(f"| room {HEAD}\n{RULE}")
    for room, report in reports.items():
        print(f"| {room} {_counts(report['totals'])}")
    files = [item for report in reports.values() for item in report["files"].items()]
    print(f"\n| file {HEAD} lines not reached |\n{RULE}---|")
    for name, entry in sorted(files, key=lambda item: item[1]["summary"]["percent_covered"]):
        missing = ", ".join(map(str, entry["missing_lines"])) or "-"
        print(f"| {name} {_counts(entry['summary'])} {missing} |")


def _counts(summary: dict[str, Any]) -> str:
    pairs = (
        (summary["num_statements"], summary["covered_lines"]),
        (summary["num_branches"], summary["covered_branches"]),
    )
    parts = (f"{whole} | {f'{100 * part / whole:.1f} %' if whole else '-'}" for whole, part in pairs)
    return f"| {' | '.join(parts)} |"


if __name__ == "__main__":
    main()
