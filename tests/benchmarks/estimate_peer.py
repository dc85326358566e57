"""Estimates before labels beside NannyML's (CBPE, DLE), on the data sets that NannyML's package brings.

`python -m tests.benchmarks.estimate_peer --data DIR [--peer PYTHON]` prints one table: the mean distance of
the estimate from the realised value over chunks of the analysis period, by how much ours is nearer or further
(mean difference, chunk by chunk, with its 95 % interval, Student 1908), and how often our 95 % band holds it.
DIR is the folder `nannyml/datasets/data` of its wheel; PYTHON an interpreter that can import NannyML (0.13.1:
`pip install nannyml==0.13.1 "pandas<2.3" "numpy<2" "scipy<1.14" "setuptools<80" statsmodels "pyarrow<18"`).
"""

import argparse
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import sem
from scipy.stats import t as student_t

from core.health.performance.metrics import measure
from core.health.profiles.log_rows import LogRows
from core.health.rules import RULES
from core.health.tasks.from_arrays import layout_from_arrays, profile_from_arrays
from core.health.tasks.task import task_of
from core.stats.arrays import Floats
from core.stats.metrics import METRICS

REFERENCE_CHUNKS = 10


@dataclass(frozen=True, slots=True)
class PublicSet:
    """One data set: its files, columns, classes (none: amounts) and rows of a chunk."""

    files: tuple[str, str, str]
    label: str
    prediction: str
    scores: tuple[str, ...]
    rows: int
    classes: tuple[str, ...] = ("0", "1")
    features: tuple[str, ...] = ()


def _csv(name: str, end: str = "_analysis_gt") -> tuple[str, str, str]:
    return f"{name}_reference.csv", f"{name}_analysis.csv", f"{name}{end}.csv"


CARDS = ("prepaid_card", "highstreet_card", "upmarket_card")
SETS = {
    "car_loan": PublicSet(
        _csv("synthetic_car_loan", "_analysis_target"), "repaid", "y_pred", ("y_pred_proba",), 5_000
    ),
    "work_home": PublicSet(_csv("synthetic_sample"), "work_home_actual", "y_pred", ("y_pred_proba",), 5_000),
    "employment_MA": PublicSet(
        ("employment_MA_reference.pq", "employment_MA_analysis.pq", "employment_MA_analysis_target.pq"),
        "employed",
        "prediction",
        ("predicted_probability",),
        5_000,
    ),
    "california": PublicSet(_csv("california_housing"), "clf_target", "y_pred", ("y_pred_proba",), 500),
    "cards (3 classes)": PublicSet(
        _csv("mc"), "y_true", "y_pred", tuple(f"y_pred_proba_{card}" for card in CARDS), 6_000, CARDS
    ),
    "car_price": PublicSet(
        _csv("regression_synthetic", "_analysis_targets"), "y_true", "y_pred", (), 6_000, ()
    ),
}
OURS_OF = {"roc_auc": "roc_auc", "f1": "f1", "accuracy": "accuracy", "mae": "mae", "rmse": "rmse"}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peer", help="an interpreter that can import NannyML")
    parser.add_argument("--only", choices=sorted(SETS))
    arguments = parser.parse_args()
    print("set, metric, chunks: ours | NannyML | ours less NannyML's | distance by chance | our band holds")
    for name, public in SETS.items():
        if arguments.only in (None, name):
            reference, analysis = read(arguments.data, public)
            peer = theirs(arguments.peer, public, reference, analysis) if arguments.peer else {}
            for line in compare(public, reference, analysis, peer):
                print(f"  {name}, {line}", flush=True)


def read(folder: Path, public: PublicSet) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Reference and analysis rows with their labels; classes as texts."""
    reference, analysis, labels = (_table(folder / file) for file in public.files)
    joined = analysis.merge(labels, on="id", suffixes=("_", "")) if "id" in labels else analysis.join(labels)
    return _with_texts(public, reference), _with_texts(public, joined)


def _table(file: Path) -> pd.DataFrame:
    return pd.read_parquet(file) if file.suffix == ".pq" else pd.read_csv(file)


def _with_texts(public: PublicSet, frame: pd.DataFrame) -> pd.DataFrame:
    if public.classes == ("0", "1"):
        if public.prediction not in frame:
            frame[public.prediction] = (frame[public.scores[0]] >= 0.5).astype(int)
        for name in (public.label, public.prediction):
            frame[name] = frame[name].astype(int).astype(str)
    return frame


def features_of(public: PublicSet, frame: pd.DataFrame) -> list[str]:
    """The inputs: all but what is known of the row and of the model."""
    known = {public.label, public.prediction, *public.scores, "id", "timestamp", "period", "year"}
    return [name for name in frame if name not in known and not name.startswith("Unnamed")]


def rows_of(public: PublicSet, frame: pd.DataFrame) -> LogRows:
    """The rows as Health counts them."""
    columns = {"_label": frame[public.label], "_prediction": frame[public.prediction]}
    scores = frame[list(public.scores)].to_numpy(np.float64)
    if len(public.scores) == 1:
        scores = np.column_stack([1 - scores, scores])
    canonical = pd.DataFrame({**columns, **{f"_score_{k}": part for k, part in enumerate(scores.T)}})
    names = features_of(public, frame)
    canonical = pd.concat([canonical, frame[names]], axis=1)
    every = np.ones(len(frame), dtype=bool)
    return task_of(public.classes).log_rows(canonical, public.classes, names, every, delayed=False)


def compare(
    public: PublicSet, reference: pd.DataFrame, analysis: pd.DataFrame, peer: dict[str, list[float]]
) -> list[str]:
    """A line for each metric."""
    before, now = rows_of(public, reference), rows_of(public, analysis)
    layout = layout_from_arrays(public.classes, before, features_of(public, reference))
    parts = np.array_split(np.arange(len(before.labels)), REFERENCE_CHUNKS)
    chunks = [profile_from_arrays(layout, before.at(part)) for part in parts]
    whole = profile_from_arrays(layout, before)
    estimator = task_of(public.classes).estimator(whole, chunks, RULES.estimate, METRICS)
    starts = range(0, len(now.labels) - public.rows + 1, public.rows)
    later = [profile_from_arrays(layout, now.at(np.arange(at, at + public.rows))) for at in starts]
    guesses = [estimator.estimate(chunk) for chunk in later]
    lines = []
    for name in OURS_OF:
        metric = METRICS[name]
        if metric.of_numbers == bool(public.classes):
            continue
        real = [measure(metric, chunk) for chunk in later]
        pairs = [
            (at, r, g[name]) for at, (r, g) in enumerate(zip(real, guesses, strict=True)) if r and name in g
        ]
        ours = np.array([abs(r.value - g.value) for _, r, g in pairs])
        beside = np.array([abs(r.value - peer[name][at]) for at, r, _ in pairs if name in peer])
        chance = np.mean([r.variance**0.5 for _, r, _ in pairs]) * (2 / np.pi) ** 0.5
        inside = 100 * np.mean([g.low <= r.value <= g.high for _, r, g in pairs])
        theirs_ = f"{np.mean(beside):.4g} | {_difference(ours - beside)}" if beside.size else "- | -"
        lines.append(f"{name}, {len(pairs)}: {ours.mean():.4g} | {theirs_} | {chance:.4g} | {inside:.0f} %")
    return lines


def _difference(nearer: Floats) -> str:
    """The mean of (n,) differences with its 95 % interval."""
    low, high = student_t(len(nearer) - 1, nearer.mean(), sem(nearer)).interval(0.95)
    return f"{nearer.mean():+.2g} ({low:+.2g} to {high:+.2g})"


PEER = """
import json, sys, pandas as pd, nannyml as nml, numpy as np
task = json.loads(sys.argv[1])
r, a = pd.read_parquet(task["reference"]), pd.read_parquet(task["analysis"])
common = dict(y_true=task["label"], y_pred=task["prediction"], chunk_size=task["rows"])
if task["classes"]:
    binary = len(task["scores"]) == 1
    proba = task["scores"][0] if binary else dict(zip(task["classes"], task["scores"]))
    if binary:
        for d in (r, a):
            for c in (task["label"], task["prediction"]):
                d[c] = d[c].astype(int)
    made = nml.CBPE(y_pred_proba=proba, metrics=["roc_auc", "f1", "accuracy"],
        problem_type="classification_binary" if binary else "classification_multiclass", **common)
else:
    made = nml.DLE(feature_column_names=task["features"], metrics=["mae", "rmse"], **common)
made.fit(r)
result = made.estimate(a).filter(period="analysis").to_df()
names = ["roc_auc", "f1", "accuracy"] if task["classes"] else ["mae", "rmse"]
print(json.dumps({n: [float(v) for v in result[(n, "value")]] for n in names}))
"""


def theirs(
    python: str, public: PublicSet, reference: pd.DataFrame, analysis: pd.DataFrame
) -> dict[str, list[float]]:
    """Metric -> what NannyML expects of every chunk."""
    with tempfile.TemporaryDirectory() as folder:
        task: dict[str, Any] = {
            "label": public.label,
            "prediction": public.prediction,
            "scores": public.scores,
            "classes": public.classes,
            "rows": public.rows,
            "features": features_of(public, reference),
        }
        for name, frame in (("reference", reference), ("analysis", analysis)):
            task[name] = str(Path(folder) / f"{name}.parquet")
            frame.to_parquet(task[name])
        run = subprocess.run(
            [python, "-c", PEER, json.dumps(task)],
            env={**os.environ, "NML_DISABLE_USAGE_LOGGING": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode:
        raise RuntimeError(run.stderr[-2000:])
    values: dict[str, list[float]] = json.loads(run.stdout.splitlines()[-1])
    return values


if __name__ == "__main__":
    main()
