"""Server time of Experiments and History with many trials: `python -m tests.benchmarks.record_pages`.

A home with many trials (10,000, or the number given), one in 40 a version, each of those compared, every
fifth of these promoted, revisions in between. Each page is run by Streamlit's test runner, through the shell,
which costs what a browser's visit costs the server; printed are medians of the processor time of
`RUNS` visits after a first one, in milliseconds. `--home FOLDER` keeps the home.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from core.model import ModelSpec, Roles
from core.settings import PROJECT, Settings
from core.store import models
from core.store.engine import writing
from core.store.experiments import deployments, holdouts
from core.store.tables import Batch, Comparison, Deployment, Holdout, Revision, Trial
from core.store.types import now
from core.store.workspace import open_workspace

NAME, RUNS, TRIALS = "churn", 7, 10_000
RECIPES = (
    "hist_gradient_boosting",
    "logistic_regression",
    "extra_trees",
    "random_forest",
    "nearest_neighbours",
)
TREATMENTS = (
    {"kind": "all", "amount": 1.0},
    {"kind": "newest", "amount": 0.5},
    {"kind": "decay", "amount": 0.25},
)
FEATURES = ([], [{"kind": "dates", "columns": ["at"]}], [{"kind": "products", "columns": ["a", "b"]}])


def fill(home: Path, count: int) -> None:
    """Write the home."""
    ws, rng = open_workspace(Settings(home=home)), random.Random(0)
    roles = Roles(label="y", id="id", features=("a", "b", "at"))
    spec = ModelSpec(0, NAME, "binary", "record", ("no", "yes"), roles, NAME, "roc_auc", 0.02, "month")
    start = now() - timedelta(days=300)
    with writing(ws.engine) as session:
        spec = models.add(session, spec)
        session.add(Batch(model_id=spec.id, kind="training", content_hash="c", source="made up", rows=9000))
        frozen = Holdout(model_id=spec.id, number=0, keys_hash="k", first="a", last="b")
        holdout = holdouts.add(session, frozen, {f"r{n}": "yes" for n in range(200)})
        cuts = [_revision(spec.id, number, start) for number in range(1, 11)]
        session.add_all(cuts)
        session.flush()
        deployments.record_first(session, spec.id, "1", person="eve").created_at = start
        rows = [
            _trial(rng, spec.id, n, cuts[n * 10 // count], holdout.id, start, count) for n in range(count)
        ]
        session.add_all(rows)
        session.flush()
        made = [row for row in rows if row.version]
        for number, row in enumerate(made):
            _decide(session, spec.id, holdout.id, row, number)
    ws.engine.dispose()


def _revision(model, number, start):
    at = start + timedelta(days=30 * (number - 1))
    return Revision(
        model_id=model, number=number, content_hash=f"c{number}", event_seq=0, rows=9000,
        corrected=50 * number, created_by="eve", created_at=at,
    )  # fmt: skip


def _trial(rng, model, number, revision, holdout, start, count):
    value = 0.8 + rng.random() / 20 + number / count / 20
    version = str(number // 40 + 2) if number % 40 == 0 else None
    status = "trained" if version else rng.choice(("scored", "scored", "scored", "stopped", "failed"))
    search = {
        "on": f"data-{revision.number}", "stage": rng.choice(("recipe", "tuned", "features", "data")),
        "parameters": {"model__max_depth": rng.randrange(3, 9)}, "treatment": rng.choice(TREATMENTS),
        "features": rng.choice(FEATURES), "effect": [rng.random() / 100, -0.01, 0.02],
    }  # fmt: skip
    score = {"value": value, "low": value - 0.02, "high": value + 0.02}
    return Trial(
        model_id=model, fingerprint=f"f{number}", recipe=rng.choice(RECIPES), revision_id=revision.id,
        holdout_id=holdout, parent_version="1", status=status, params={"rows": 9000, "search": search},
        cv={} if status == "failed" else {"roc_auc": score, "accuracy": score}, version=version,
        run_id=f"run-{number}" if version else None, seconds=rng.random() * 30,
        error="too few rows" if status == "failed" else None, created_by="eve",
        created_at=start + timedelta(days=300) * number / count,
    )  # fmt: skip


def _decide(session, model, holdout, row, number):
    verdict = "better" if number % 5 == 0 else "cannot_tell"
    body = {
        "sentence": f"Version {row.version} was compared: {verdict}.",
        "gates": [],
        "segments": [],
        "metric": "roc_auc",
    }
    body |= {"padding": ["x" * 50] * 100}
    session.add(
        Comparison(
            model_id=model, holdout_id=holdout, champion="1", challenger=row.version, look=1, verdict=verdict,
            body=body, created_by="eve", created_at=row.created_at,
        )
    )  # fmt: skip
    if verdict == "better":
        session.add(
            Deployment(
                model_id=model, kind="promote", state="done", version=row.version, previous="1", person="eve",
                reason="better in both shops", verdict=verdict, created_at=row.created_at,
            )
        )  # fmt: skip


def visit(page: str) -> list[float]:
    """Milliseconds of processor time of each visit after the first."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(PROJECT / "pages" / "_shell.py", default_timeout=120)
    app.query_params["model"] = NAME
    app.run()
    app.switch_page(f"{page}.py").run()
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        app.run()
        times.append((time.process_time() - began) * 1000)
    if app.exception:
        raise RuntimeError(app.exception[0].message)
    return times


def main() -> None:
    """Print a line for each page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("trials", nargs="?", type=int, default=TRIALS)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        os.environ["CARETAKER_HOME"] = str(home)
        if not (home / "caretaker.db").exists():
            fill(home, given.trials)
        for page in ("health", "experiments", "history"):
            times = visit(page)
            print(f"{page}: median {statistics.median(times):.0f} ms, fastest {min(times):.0f} ms")


if __name__ == "__main__":
    main()
