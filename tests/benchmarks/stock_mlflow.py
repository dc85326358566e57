"""A model where only its own requirements are: `python -m tests.benchmarks.stock_mlflow [--keep DIR]`.

A first champion of hotel-like rows (whole numbers with gaps, categories with gaps, truth values) is fitted,
registered and asked here. Then a new environment is made, the model's own requirements.txt is installed into
it, and there, in an empty folder, `mlflow.sklearn.load_model("models:/hotel@champion")`, pyfunc and
`mlflow models serve` answer the same raw rows. Printed is by how much the probabilities differ at most.
A version of rentals beside a trend in time is asked there, too, with the times as a file holds them.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pandas as pd

from core.jobs.spec import quiet
from core.model import ModelSpec, Roles
from core.registry import load, models, trials
from core.services.onboarding import first_champion
from core.settings import Settings
from core.training.recipes import build
from core.training.trends.trend import Trend

ROWS, RAW, WAIT_SECONDS, EVEN = 3_000, 500, 120, 0.5
ASK = """
import json, sys
import mlflow, pandas as pd
mlflow.set_tracking_uri(sys.argv[1])
rentals = pd.read_csv(sys.argv[3])
trend, asked = (
    kind.load_model("models:/rentals@champion").predict(rentals).tolist() for kind in (mlflow.sklearn, mlflow.pyfunc)
)
raw = pd.read_csv(sys.argv[2])
estimator = mlflow.sklearn.load_model("models:/hotel@champion")
model = mlflow.pyfunc.load_model("models:/hotel@champion")
table = model.predict(raw, params={"probabilities": True})
import importlib.util
print(json.dumps({
    "caretaker": importlib.util.find_spec("caretaker") is not None or importlib.util.find_spec("duckdb") is not None,
    "sklearn": estimator.predict_proba(raw)[:, 1].tolist(),
    "pyfunc": table["probability_yes"].tolist(),
    "classes": list(map(str, model.predict(raw))),
    "trend": trend,
    "trend by pyfunc": asked,
}))
"""  # noqa: E501


def rows(number, seed):
    """Raw rows with gaps, and their label."""
    rng = np.random.default_rng(seed)
    children = rng.integers(0, 4, number).astype(object)
    children[rng.random(number) < 0.1] = None
    country = rng.choice(["PRT", "GBR", "FRA"], number).astype(object)
    country[rng.random(number) < 0.05] = None
    frame = pd.DataFrame(
        {
            "lead_time": rng.integers(0, 300, number),
            "children": children.astype(float),
            "adr": rng.normal(100, 30, number).round(2),
            "country": country,
            "repeated": rng.random(number) < 0.2,
        }
    )
    late = frame["lead_time"] + 0.5 * frame["adr"] + 60 * (frame["country"] == "PRT")
    label = np.where(late + rng.normal(0, 40, number) > 210, "yes", "no")
    return frame, pd.Series(label, dtype=object)


def champion(settings):
    """A champion in the registry."""
    frame, label = rows(ROWS, 0)
    spec = ModelSpec(
        0, "hotel", "binary", "record", ("no", "yes"), Roles(label="y", features=tuple(frame.columns)),
        "hotel", "roc_auc", 0.02, "500", recipe="hist_gradient_boosting",
    )  # fmt: skip
    fitted = first_champion.fit(spec, frame.assign(_label=label), quiet)
    return first_champion.register(settings, spec, fitted, "0" * 36, "rows", "job")


def rentals(number, seed):
    """Rows of three years that grow by half a year, with a season, and their number."""
    rng = np.random.default_rng(seed)
    at = pd.Timestamp("2021-01-01") + pd.to_timedelta(np.sort(rng.uniform(0, 1_095, number)), "D")
    frame = pd.DataFrame({"at": at, "warm": 10 + 10 * np.sin(at.day_of_year / 58) + rng.normal(0, 3, number)})
    years = (at - at[0]).days.to_numpy() / 365
    return frame, pd.Series(np.exp(3 + 0.4 * years + 0.05 * frame["warm"] + rng.normal(0, 0.1, number)))


def trend(settings):
    """A version beside a trend in the registry, and what it says here of raw rows."""
    frame, count = rentals(ROWS, 0)
    spec = ModelSpec(
        0, "rentals", "regression", "record", (), Roles(label="y", time="at", features=("warm",)), "rentals",
        "mae", 1.0, "500",
    )  # fmt: skip
    made = Trend(build("ridge", frame[["warm"]], spec, 0), "at", by_share=True).fit(frame, count)
    record = trials.TrialRecord("rentals", "trend", "f1", "job", {}, {}, [], made, frame.head(5))
    logged = trials.log_trial(settings, record)
    models.set_champion(settings, "rentals", logged.version, None)
    return made


def ask_server(python, uri, raw, folder):
    """The probabilities of `mlflow models serve` in that environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [python, "-m", "mlflow", "models", "serve", "-m", "models:/hotel@champion"]
    command += ["--env-manager", "local", "--port", str(port), "--host", "127.0.0.1"]
    environment = {"PATH": f"{Path(python).parent}:{os.environ['PATH']}", "MLFLOW_TRACKING_URI": uri}
    with (folder / "serve.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    body = {"dataframe_split": json.loads(raw.to_json(orient="split", double_precision=15))}
    body["params"] = {"probabilities": True}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/invocations",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    until = time.monotonic() + WAIT_SECONDS
    try:
        while time.monotonic() < until and server.poll() is None:
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    answer = json.load(response)["predictions"]
                    return np.array([row["probability_yes"] for row in answer])
            except urllib.error.HTTPError as error:
                raise SystemExit(error.read().decode()) from error
            except OSError:
                time.sleep(0.5)
        raise SystemExit((folder / "serve.log").read_text())
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def main(folder):
    """Make, install, ask, compare."""
    settings = Settings(home=folder / "home")
    logged = champion(settings)
    raw, _ = rows(RAW, 1)
    grows = trend(settings)
    raw.to_csv(folder / "raw.csv", index=False)
    rented, _ = rentals(RAW, 1)
    rented.to_csv(folder / "rentals.csv", index=False)
    raw = pd.read_csv(folder / "raw.csv")
    ours = load.load_estimator(settings, "hotel", logged.version).predict_proba(raw)[:, 1]
    needs = load.download(settings, "hotel", logged.version) / "requirements.txt"
    print(f"requirements: {', '.join(needs.read_text().split())}")
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = str(folder / "venv" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "-r", needs], check=True)
    print(f"installed in {time.monotonic() - began:.0f} s")
    empty = folder / "empty"
    empty.mkdir()
    done = subprocess.run(
        [python, "-c", ASK, settings.mlflow, str(folder / "raw.csv"), str(folder / "rentals.csv")],
        cwd=empty, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    there = json.loads(done.stdout.splitlines()[-1])
    print(f"Caretaker is installed there: {there['caretaker']}; {int(raw.isna().any(axis=1).sum())} of "
          f"{len(raw)} raw rows have missing values")  # fmt: skip
    answers = {name: np.array(there[name]) for name in ("sklearn", "pyfunc")}
    answers["models serve"] = ask_server(python, settings.mlflow, raw, empty)
    for name, chances in answers.items():
        print(f"{name}: largest difference {np.abs(chances - ours).max():.1e}")
    for name in ("trend", "trend by pyfunc"):
        gap = np.abs(np.array(there[name]) - grows.predict(rented)).max()
        print(f"{name}: largest difference {gap:.1e} of numbers up to {max(there[name]):.0f}")
    same = np.mean(np.array(there["classes"]) == np.where(ours > EVEN, "yes", "no"))
    print(f"classes of pyfunc without params: {same:.1%} as here")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="folder to work in, kept afterwards")
    keep = parser.parse_args().keep
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        main(keep)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
