"""Does every cell come back? `python -m tests.benchmarks.cells [--files 3000] [--seed 11]`.

Sound deliveries (ids, labels, times, texts, numbers, decimals, truth values, bodies of HTTP in every form
that is read) are read, checked, written into a file of the lake and read back, and every cell is compared
with the one that was sent; printed are deliveries, cells and differences, which end in exit code 1. Odd and
damaged files, through the stores, are sent by `tests.benchmarks.fuzz`.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import pyarrow.parquet as pq

from core.errors import DataError
from core.lake.remotes.sources import read_table
from core.lake.rows import to_frame
from core.lake.schema import column_kinds
from core.lake.write import write_rows
from core.store.engine import reading
from core.store.ingestion import batches
from core.tables.canonical import canonical
from core.tables.left_out import Sieve
from tests.services.fuzz_files import CELLS, FuzzFile, home, made, matches, written
from tests.services.fuzz_values import SOUND


def main() -> int:
    """Send the deliveries and print what became of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    rows, faults = 0, []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ws, spec = home(folder / "home")
        with reading(ws.engine) as session:
            kinds = column_kinds(ws.settings, spec, batches.live(session, spec.id))
        for number in range(asked.files):
            file = made(SOUND[number % len(SOUND)], asked.seed, number // len(SOUND))
            rows += len(file.expected)
            fault = different(file, folder, spec, kinds)
            faults += [f"{file.name}: {fault}"] if fault else []
        ws.engine.dispose()
    print(f"{asked.files:,} deliveries, {rows * len(CELLS):,} cells, {len(faults):,} differences")
    print(*faults, sep="\n")
    return int(bool(faults))


def different(file: FuzzFile, folder: Path, spec, kinds) -> str | None:
    """The first cell that does not come back as it was sent."""
    path = written(file, folder)
    sieve = Sieve(read_table(path))
    try:
        write_rows(folder / "rows", canonical(sieve, spec, kinds), spec)
    except DataError as error:
        return str(error)
    finally:
        path.unlink()
    if sieve.left_out().rows:
        return sieve.left_out().message
    return matches(file.expected, to_frame(pq.read_table(folder / "rows")))


if __name__ == "__main__":
    sys.exit(main())
