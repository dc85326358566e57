"""What becomes of thousands of odd files? `python -m tests.benchmarks.fuzz [--files 2000] [--add 300]`.

Every file goes through the real `ingest`, and some through the real `add`, in a process for each kind that
may use 6 GB at most. Printed by kind: refused with message and hint, imported (and compared, cell by cell,
with what was sent), seconds for each file, largest memory. Anything else is a fault, and ends in exit code 1.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.errors import DataError
from core.services.dataset import rows
from core.services.ingestion.ingest import ingest
from core.services.onboarding.connect_model import connect
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from tests.services.fuzz_files import KINDS, FuzzFile, home, made, matches, written
from tests.services.ingestion.test_ingest import dump

MEMORY = 6 << 30


def main() -> int:
    """Run every kind in a process of its own and print what became of its files."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--add", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind")
    asked = parser.parse_args()
    shares = [-(-count // len(KINDS)) for count in (asked.files, asked.add)]
    if asked.kind:
        print(json.dumps(one_kind(asked.kind, asked.seed, *shares)))
        return 0
    print(f"{'kind':<30}{'files':>7}{'refused':>9}{'imported':>10}{'ms each':>9}{'peak MB':>9}")
    totals, faults = [0, 0, 0], []
    for kind in KINDS:
        again = [sys.executable, "-m", "tests.benchmarks.fuzz", "--kind", kind]
        again += [f"--{name}={getattr(asked, name)}" for name in ("files", "add", "seed")]
        done = subprocess.run(again, capture_output=True, text=True, check=False)
        if done.returncode:
            faults.append(f"{kind}: the process ended with {done.returncode}: {done.stderr[-2000:]}")
            continue
        said = json.loads(done.stdout.splitlines()[-1])
        counts = said["refused"] + said["imported"], said["refused"], said["imported"]
        totals = [a + b for a, b in zip(totals, counts, strict=True)]
        faults += said["faults"]
        print(f"{kind:<30}{counts[0]:>7}{counts[1]:>9}{counts[2]:>10}{said['ms']:>9.0f}{said['peak']:>9.0f}")
    print(f"{'all':<30}{totals[0]:>7}{totals[1]:>9}{totals[2]:>10}   faults: {len(faults)}")
    print(*faults, sep="\n")
    return int(bool(faults))


def one_kind(kind: str, seed: int, files: int, adds: int) -> dict[str, object]:
    """Send the files of one kind; what is wrong is listed under "faults"."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    said = {"refused": 0, "imported": 0, "faults": []}
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ws, _ = home(folder / "home")
        for number in range(files + adds):
            file = made(kind, seed, number)
            path = written(file, folder)
            before = dump(ws)
            try:
                fault = taken(ws, path, file) if number < files else added(ws, folder, path, file)
                said["imported"] += 1
            except DataError as error:
                said["refused"] += 1
                fault = None if error.message and error.hint else "no message or hint"
                fault = "refused, but nothing is wrong with it" if file.must and number < files else fault
                fault = "the stores changed" if dump(ws) != before else fault
            except Exception as error:  # noqa: BLE001 - the very thing that is looked for
                fault = f"{type(error).__name__}: {error}"
            if fault:
                said["faults"].append(f"{file.name}: {fault}")
            path.unlink()
        ws.engine.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return said | {"ms": 1000 * (time.monotonic() - began) / max(1, files + adds), "peak": peak}


def taken(ws, path: Path, file: FuzzFile) -> str | None:
    """Take the file in; what is wrong with the rows that came."""
    count = len(rows(ws, _spec(ws), columns=[]))
    [report] = ingest(ws, "shop", [path])
    if report.left_out.rows:
        return "a row was left out, but nothing is wrong with it" if file.must else None
    if file.expected is None:
        return "imported, but it is wrong"
    return matches(file.expected, rows(ws, _spec(ws)).iloc[count:])


def added(ws, folder: Path, path: Path, file: FuzzFile) -> str | None:
    """Connect a model from the file, in a home of its own."""
    home = folder / f"home-{path.name}"
    other = open_workspace(Settings(home=home))
    try:
        wanted = RequestedRoles(label="y", time="day", score="p", positive="yes")
        connect(other, ConnectRequest("new", wanted, path, chunk="month"))
    finally:
        other.engine.dispose()
    return None


def _spec(ws):
    from core.services.onboarding.connect_model import list_models

    return list_models(ws)[0]


if __name__ == "__main__":
    sys.exit(main())
