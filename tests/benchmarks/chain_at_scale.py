"""What the hash chain costs: writing a row with its link, and computing a million of them anew.

    python -m tests.benchmarks.chain_at_scale

The worst case: audit entries with gaps between their numbers, so that each has a link of its own; the usual
one for labels: a million events in imports of a thousand, which share one. Seconds are of the processor: the
machine may be busy; a smaller number of rows can be given.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert

from core.store import audit
from core.store.chain import links
from core.store.chain.verify import verify
from core.store.engine import open_engine, writing
from core.store.migrate import migrate
from core.store.tables import Audit, LabelEvent, Model
from core.store.types import now

ROWS, AT_ONCE, TRIES = 1_000_000, 1_000, 200
BODY = {"comparison": 12, "challenger": "7", "verdict": "better", "champion": "6", "look": 3}


def main(rows: int) -> None:
    """Print the table."""
    print(f"{rows:,} rows on SQLite")
    with tempfile.TemporaryDirectory() as folder:
        _case(f"sqlite:///{Path(folder) / 'audit.db'}", rows, "audit", _audit, 2)
        _case(f"sqlite:///{Path(folder) / 'labels.db'}", rows, "label_event", _event, 1)


def _case(url: str, rows: int, table: str, row, step: int) -> None:
    engine = open_engine(url)
    migrate(engine)
    with writing(engine) as session:
        session.add(Model(name="m", spec={}))
    of = {"audit": Audit, "label_event": LabelEvent}[table]
    bare = chained = 0.0
    for start in range(0, rows, AT_ONCE):
        keys = [(start + n) * step + 1 for n in range(AT_ONCE)]
        with engine.execution_options(write=True).begin() as connection:
            began = time.process_time()
            connection.execute(insert(of), [row(key) for key in keys])
            bare += time.process_time() - began
            began = time.process_time()
            links.append(connection, [(table, key) for key in keys])
            chained += time.process_time() - began
    began = time.process_time()
    report = verify(engine)
    seconds = time.process_time() - began
    took = f"written in {bare:.1f} s, their {report.links:,} links in {chained:.1f} s"
    print(f"{table}: {took}; verified in {seconds:.1f} s, {len(report.faults)} faults")
    times = []
    for _ in range(TRIES):
        began = time.perf_counter()
        with writing(engine) as session:
            audit.add(session, 1, "eve", "compare", BODY)
        times.append(time.perf_counter() - began)
    print(f"{table}: one more decision, committed, median {statistics.median(times) * 1000:.1f} ms")
    engine.dispose()


def _audit(key: int) -> dict[str, object]:
    return {"id": key, "model_id": 1, "person": "eve", "action": "compare", "body": BODY, "created_at": now()}


def _event(key: int) -> dict[str, object]:
    row = {
        "uid": f"u{key}",
        "seq": key,
        "model_id": 1,
        "row_id": f"r{key}",
        "person": "ann",
        "action": "label",
    }
    return row | {"label": "yes", "shown": "both", "mode": "verify", "server_time": now()}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
