"""Requests during a promotion and a rollback: `python -m tests.benchmarks.serve_promotion [--requests N]`.

A home with two versions that differ; `python -m core serve` as a process of its own; four clients that
send one row after another on open connections. After a third of the requests version 2 is promoted, after
two thirds it is rolled back. Printed: requests that failed, how long after the command had returned the last
answer of the version before was sent, milliseconds a request. Then the same with `mlflow models serve`.
"""

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier

from core.model import ModelSpec, Roles
from core.registry.models import set_champion
from core.registry.trials import TrialRecord, log_trial
from core.services.deployment import promote
from core.settings import Settings
from core.store import models
from core.store.engine import writing
from core.store.experiments import deployments
from core.store.workspace import open_workspace
from tests.services.deployment.compared import compared

CLIENTS, WAIT_SECONDS = 4, 120
ROOT = Path(__file__).resolve().parents[2]
ROW = {"nights": 3, "price": 99.5, "children": None}


def home(folder):
    """Version 1 always says no, version 2 always says yes: an answer shows its version."""
    ws = open_workspace(Settings(home=folder))
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(2_000, 3)), columns=list(ROW))
    y = np.where(X["price"] + rng.normal(size=2_000) > 0, "yes", "no")
    features = tuple(ROW)
    plain = ModelSpec(
        0, "hotel", "binary", "record", ("no", "yes"), Roles(label="y", id="id", features=features), "hotel",
        "roc_auc", 0.02, "500",
    )  # fmt: skip
    with writing(ws.engine) as session:
        spec = models.add(session, plain)
        deployments.record_first(session, spec.id, "1", person="tester", data_until="0")
    second = HistGradientBoostingClassifier(max_iter=120).fit(X, y)
    for number, model in enumerate((DummyClassifier(strategy="constant", constant="no").fit(X, y), second)):
        log_trial(
            ws.settings,
            TrialRecord("hotel", "trial", f"f{number}", "job", {}, {}, [], model, X.head(5)),
        )
    set_champion(ws.settings, "hotel", "1", None)
    compared(ws, spec, "2")
    return ws


class Server:
    """A process that answers on a port."""

    def __init__(self, command, folder, environment, path, body):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.path, self.body = path, json.dumps(body).encode()
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)], cwd=ROOT, stdout=log, stderr=log,
                env={**os.environ, **environment}, start_new_session=True,
            )  # fmt: skip

    def wait(self):
        """Until it answers."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                return self.ask(connection)
            except OSError:
                time.sleep(0.2)
        raise SystemExit(self.log.read_text())

    def ask(self, connection):
        """One request; status and document."""
        connection.request("POST", self.path, self.body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def stop(self):
        """End it."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)


def drive(server, requests, acts):
    """Send the requests; do each act after its number of them. Gives (begun, ended, ok, answer) of each."""
    answers, lock = [], threading.Lock()

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        while True:
            with lock:
                if len(answers) >= requests:
                    return
            begun = time.monotonic()
            try:
                status, document = server.ask(connection)
                ok, answer = status == 200, str(document)
            except (OSError, http.client.HTTPException, ValueError) as error:
                ok, answer = False, repr(error)
                connection.close()
            with lock:
                answers.append((begun, time.monotonic(), ok, answer))

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    moments = []
    for number, act in acts:
        while len(answers) < number and any(thread.is_alive() for thread in threads):
            time.sleep(0.002)
        act()
        moments.append(time.monotonic())
    for thread in threads:
        thread.join()
    return answers, moments


def report(name, answers, moments, is_new):
    """A line for each thing that was measured."""
    took = np.array([1_000 * (ended - begun) for begun, ended, _, _ in answers])
    failed = [answer for _, _, ok, answer in answers if not ok]
    print(f"{name}: {len(answers):,} requests, {len(failed)} failed, "
          f"{np.median(took):.1f} ms median, {np.quantile(took, 0.99):.1f} ms in 99 of 100, "
          f"{took.max():.0f} ms at most")  # fmt: skip
    for message, count in Counter(failed).most_common(3):
        print(f"  {count} times: {message[:200]}")
    ends = [*moments[1:], np.inf]
    for at, until, kind, newer in zip(moments, ends, ("promotion", "rollback"), (True, False), strict=False):
        after = [(begun, is_new(answer)) for begun, _, ok, answer in answers if ok and at < begun < until]
        old = [begun - at for begun, new in after if new is not newer]
        if len(old) == len(after):
            print(f"  after the {kind}: the version before answered all {len(after):,} requests")
            return
        print(f"  after the {kind}: its version answers after {max(old, default=0.0):.2f} s")


def main(requests):
    """Both servers, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        ws = home(Path(folder) / "home")
        environment = {"CARETAKER_HOME": str(ws.settings.home), "MLFLOW_TRACKING_URI": ws.settings.mlflow}
        python = sys.executable
        ours = [python, "-m", "core", "serve", "hotel"]
        stock = [python, "-m", "mlflow", "models", "serve", "-m", "models:/hotel@champion"]
        stock += ["--env-manager", "local", "--host", "127.0.0.1"]
        for name, command, path, sent, new in (
            ("core serve", ours, "/predict", requests, "'version': '2'"),
            ("mlflow models serve", stock, "/invocations", requests, "yes"),
        ):
            server = Server(command, Path(folder), environment, path, {"dataframe_records": [ROW]})
            try:
                server.wait()
                acts = [
                    (sent // 3, lambda: promote.promote(ws, "hotel", "2", by="eve", reason="better by far")),
                    (2 * sent // 3, lambda: promote.rollback(ws, "hotel", by="eve", reason="worse on tills")),
                ]
                answers, moments = drive(server, sent, acts)
                report(name, answers, moments, lambda answer, new=new: new in answer)
            finally:
                server.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=5_000)
    main(parser.parse_args().requests)
