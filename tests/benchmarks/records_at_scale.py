"""What the rows of a holdout cost where they may lie: `python -m tests.benchmarks.records_at_scale`.

    python -m tests.benchmarks.records_at_scale [--rows 10000,100000,1000000] [--repeats 3] [--database URL]

Three places in one run: one cell with a JSON list (tables 0004), a table of rows (tables 0005), a Parquet
file as the lake writes it. Written: a new holdout, in one transaction. Asked: how many rows, whether one row
is among them, two hundred in their frozen order, all of them. Each number is the median of the repeats, in
milliseconds; beside it how many times the cell's it is. `--database` names an empty database, of PostgreSQL
for example; without it each run makes a SQLite file of its own.
"""

import argparse
import gc
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import sqlalchemy as sa

from core.lake.write import write_plain
from core.model import ModelSpec, Roles
from core.settings import Settings
from core.store import models
from core.store.engine import reading, writing
from core.store.experiments import holdouts
from core.store.tables import Holdout, HoldoutRow
from core.store.workspace import Workspace, open_workspace

SLICE = 200
QUESTIONS = ("write", "count", "member", "slice", "all")
SPEC = ModelSpec(0, "m", "binary", "record", ("no", "yes"), Roles("y"), "m", "accuracy", 0.02, "month")
CELLS = sa.Table(
    "benchmark_cells",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("row_ids", sa.JSON),
    sa.Column("given", sa.JSON),
)


@dataclass(frozen=True)
class Place:
    """How to write a holdout, which gives its number, and how to ask about that one."""

    write: Callable[[dict[str, str]], int]
    count: Callable[[int], int]
    member: Callable[[int, str], bool]
    slice: Callable[[int, int], list[str]]
    all: Callable[[int], dict[str, Any]]


def cell(ws: Workspace) -> Place:
    """Lists in one cell, as tables 0004 had them: every question reads all of it."""

    def write(labels: dict[str, str]) -> int:
        with writing(ws.engine) as session:
            values = {"row_ids": list(labels), "given": labels}
            return int(session.connection().execute(sa.insert(CELLS).values(values)).inserted_primary_key[0])

    def read(number: int) -> tuple[list[str], dict[str, str]]:
        with reading(ws.engine) as session:
            query = sa.select(CELLS.c.row_ids, CELLS.c.given).where(CELLS.c.id == number)
            row_ids, given = session.connection().execute(query).one()
            return row_ids, given

    return Place(
        write,
        lambda number: len(read(number)[0]),
        lambda number, row: row in set(read(number)[0]),
        lambda number, first: read(number)[0][first : first + SLICE],
        lambda number: read(number)[1],
    )


def table(ws: Workspace) -> Place:
    """A row each, as tables 0005 have them."""
    numbers = iter(range(10**9))

    def write(labels: dict[str, str]) -> int:
        new = Holdout(model_id=1, number=0, keys_hash=f"k{next(numbers)}", first="a", last="b")
        with writing(ws.engine) as session:
            return holdouts.add(session, new, labels).id or 0

    def count(number: int) -> int:
        with reading(ws.engine) as session:
            return holdouts.get(session, number).rows

    def member(_number: int, row: str) -> bool:
        with reading(ws.engine) as session:
            query = holdouts.rows_apart(1).where(HoldoutRow.row_id == row)
            return session.exec(query).first() is not None

    def part(number: int, first: int) -> list[str]:
        place = sa.column("position")
        query = sa.select(HoldoutRow.row_id).where(HoldoutRow.holdout_id == number).order_by(place)
        with reading(ws.engine) as session:
            query = query.where(place >= first, place < first + SLICE)
            return list(session.connection().execute(query).scalars())

    def whole(number: int) -> dict[str, Any]:
        with reading(ws.engine) as session:
            return holdouts.labels(session, number)

    return Place(write, count, member, part, whole)


def file(ws: Workspace) -> Place:
    """A Parquet file, renamed into its place when it is whole."""
    numbers = iter(range(1, 10**9))

    def path(number: int) -> Path:
        return ws.settings.lake / f"holdout-{number}.parquet"

    def write(labels: dict[str, str]) -> int:
        number = next(numbers)
        write_plain(path(number), pd.DataFrame({"row_id": list(labels), "given": list(labels.values())}))
        return number

    def whole(number: int) -> dict[str, Any]:
        columns = pq.read_table(path(number)).to_pydict()
        return dict(zip(columns["row_id"], columns["given"], strict=True))

    def ids(number: int, **named: Any) -> Any:
        return pq.read_table(path(number), columns=["row_id"], **named)["row_id"]

    return Place(
        write,
        lambda number: int(pq.read_metadata(path(number)).num_rows),
        lambda number, row: len(ids(number, filters=[("row_id", "=", row)])) > 0,
        lambda number, first: ids(number)[first : first + SLICE].to_pylist(),
        whole,
    )


PLACES = {"cell": cell, "table": table, "file": file}


@contextmanager
def home(url: str) -> Iterator[Workspace]:
    """A workspace that is gone afterwards, with one model."""
    with tempfile.TemporaryDirectory() as folder:
        ws = open_workspace(Settings(home=Path(folder), database_url=url))
        with writing(ws.engine) as session:
            if not models.specs(session):
                models.add(session, SPEC)
            CELLS.create(session.connection(), checkfirst=True)
        yield ws
        ws.engine.dispose()


def measure(place: Place, labels: dict[str, str], repeats: int) -> dict[str, float]:
    """Median milliseconds of every question; wrong replies are an error."""
    ids = list(labels)
    middle = len(ids) // 2
    seconds: dict[str, list[float]] = {question: [] for question in QUESTIONS}

    for _ in range(repeats):
        gc.collect()
        began = time.perf_counter()
        number = place.write(labels)
        seconds["write"].append(time.perf_counter() - began)
        questions: dict[str, tuple[Callable[[int], Any], Any]] = {
            "count": (place.count, len(ids)),
            "member": (lambda number: place.member(number, ids[middle]), True),
            "slice": (lambda number: place.slice(number, middle), ids[middle : middle + SLICE]),
            "all": (place.all, labels),
        }
        for question, (ask, right) in questions.items():
            gc.collect()
            began = time.perf_counter()
            reply = ask(number)
            seconds[question].append(time.perf_counter() - began)
            if reply != right:
                raise SystemExit(f"{question}: a wrong reply")
    return {question: 1000 * statistics.median(taken) for question, taken in seconds.items()}


def report(size: int, repeats: int, url: str) -> pd.DataFrame:
    """One line a place: milliseconds, and how many times the cell's."""
    row_ids = [f"booking-{number:09d}" for number in random.Random(0).sample(range(10 * size), size)]
    labels = {row_id: ("no", "yes")[position % 2] for position, row_id in enumerate(row_ids)}
    with home(url) as ws:
        taken = {name: measure(place(ws), labels, repeats) for name, place in PLACES.items()}
    lines = [
        {"rows": f"{size:,}", "place": name}
        | {
            question: f"{milliseconds:,.1f} ({milliseconds / taken['cell'][question]:.3g})"
            for question, milliseconds in questions.items()
        }
        for name, questions in taken.items()
    ]
    return pd.DataFrame(lines)


def main() -> None:
    """Print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--rows", default="10000,100000,1000000")
    reader.add_argument("--repeats", type=int, default=3)
    reader.add_argument("--database", default="")
    options = reader.parse_args()
    sizes = [int(number) for number in options.rows.split(",")]
    tables = [report(size, options.repeats, options.database) for size in sizes]
    print("median milliseconds (times the cell's)")
    print(pd.concat(tables).to_string(index=False))


if __name__ == "__main__":
    main()
