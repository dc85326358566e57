"""What each page costs on a large home: `python -m tests.benchmarks.pages [--home FOLDER] [--browser]`.

A home with `MODELS` models, each with a health document of `CHUNKS` periods, `FEATURES` inputs and `SEGMENTS`
segments, whose log was never read. Printed are, for Overview and Health, processor times of `RUNS` reruns by
Streamlit's test runner, through the shell. With `--browser` a Chromium opens every page at both widths and in
both sets of colours, and clicks: layout shift, and time from click to painted (`tests.benchmarks.browse`).
`--home FOLDER` takes a home, or keeps the one that is made.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from core.health.headline import headline
from core.model import ModelSpec, Roles
from core.settings import PROJECT, Settings
from core.store import models
from core.store.engine import writing
from core.store.monitoring import findings
from core.store.tables import Batch
from core.store.types import now
from core.store.workspace import open_workspace
from tests.benchmarks import browse
from tests.browser.server import Server

MODELS, CHUNKS, FEATURES, SEGMENTS, RUNS = 200, 104, 50, 10, 7
METRICS = ("accuracy", "roc_auc", "f1", "log_loss")


def fill(home: Path) -> None:
    """Write the home."""
    ws, rng = open_workspace(Settings(home=home)), random.Random(0)
    roles = Roles(label="y", id="id", time="t", features=tuple(f"feature_{n}" for n in range(FEATURES)))
    with writing(ws.engine) as session:
        for number in range(MODELS):
            name = f"model-{number:03d}"
            spec = ModelSpec(0, name, "binary", "record", ("no", "yes"), roles, name, "roc_auc", 0.02, "week")
            spec = models.add(session, spec)
            session.add(
                Batch(model_id=spec.id, kind="predictions", content_hash="c", source="made up", rows=9000)
            )
            body = document(rng, name)
            findings.write(session, spec.id, "f", body, now(), headline=dict(headline(body)))
    ws.engine.dispose()


def document(rng: random.Random, name: str) -> Any:
    """A health document of the size that is asked for, from the one of the chart tests."""
    from tests.charts.health_document import chunk, health_document

    body = json.loads(json.dumps(health_document()))
    start, status = date(2022, 1, 3), rng.choice(("red", "amber", "green", "grey"))
    body |= {"format": 10, "model": name, "status": status, "money": None, "alerts": [], "new_classes": []}
    body |= {"threshold": None, "labels_needed": None, "account": [], "fall": None}
    body["findings"] = [{"code": "CT-H03", "parameters": {}, "sentence": body["sentence"]}]
    body["causes"], body["onset"]["gradual"], body["onset"]["date"] = [], False, "2023-01-02"
    body["onset"] |= {"earliest": "2022-12-26", "latest": "2023-01-09", "label": "9 Jan 2023"}
    drift = {f"feature_{n}": {"js": 0.01, "psi": 0.02, "p": 0.3, "flagged": n < 5} for n in range(FEATURES)}
    body["summary"] = {"features": FEATURES, "drifted": list(drift)[:5], "open_alerts": 0}
    body["summary"] |= {"missing": 0.01, "missing_before": 0.01}
    cells, share = [f"{n} - {n + 1}" for n in range(10)], [0.1] * 10
    body["features"] = {name: {"cells": cells, "before": share, "now": share} for name in drift}
    body["chunks"] = []
    for at in range(CHUNKS):
        day = start + timedelta(weeks=at)
        one = chunk(2, 0.9 - 0.2 * at / CHUNKS + rng.gauss(0, 0.01), "red" if at > CHUNKS / 2 else "green")
        value = one["realised"]["roc_auc"]
        one["realised"] = dict.fromkeys(METRICS, value)
        one["estimated"] = {metric: {**value, "reliable": True} for metric in METRICS}
        one |= {"key": day.isoformat(), "label": f"{day.day} {day:%b %Y}", "start": day.isoformat()}
        one |= {"end": (day + timedelta(days=6)).isoformat(), "drift": drift, "findings": []}
        one["segments"] = {"town": {f"Town {n}": {**value, "n": 50} for n in range(SEGMENTS)}}
        body["chunks"].append(one)
    body["segments"] = [{**body["segments"][0], "value": f"Town {n}"} for n in range(SEGMENTS)]
    body["data"]["until"] = body["chunks"][-1]["end"]
    newest = body["chunks"][-1]
    body["current"] |= {name: newest[name] for name in ("label", "start", "end", "realised")}
    return body


def server_times(page: str) -> list[float]:
    """Milliseconds of processor time of each rerun after the first."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(PROJECT / "pages" / "_shell.py", default_timeout=120)
    app.query_params["model"] = "model-000"
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
    """Print a line for each page, and with a browser one for each width."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--model", default="model-000")
    parser.add_argument("--other", default="model-001", help="the model that the picker turns to")
    parser.add_argument("--browser", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        os.environ["CARETAKER_HOME"] = str(home)
        if not (home / "caretaker.db").exists():
            fill(home)
        print("| page | server ms, median | fastest |\n|---|---|---|")
        for name in ("overview", "health"):
            times = server_times(name)
            print(f"| {name} | {statistics.median(times):.0f} | {min(times):.0f} |")
        if options.browser:
            server = Server(home).start()
            try:
                browse.show_all(server, options.model, options.other)
            finally:
                server.stop()


if __name__ == "__main__":
    main()
