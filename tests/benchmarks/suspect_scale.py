"""What it takes to score many labels whose probabilities are known, beside cleanlab: time and memory.

    python -m tests.benchmarks.suspect_scale [--rows 1000000] [--classes 10] [--runs 3] [--peer PYTHON]

Ours: how the classes are mislabelled, the best other label, P(error), how many are wrong, and who is flagged.
`judge` calibrates and mixes the probabilities of one model before that, which the peer does not.
The peer's (`--peer`, the Python of an environment with cleanlab): `find_label_issues`, which flags. Each in
processes of its own, on the same made numbers. Printed are medians of processor seconds, and of the memory
beyond the labels and probabilities, which both hold: the peak of what Python allocates (tracemalloc), and how
far the process grew (`VmHWM`), which counts libraries that are loaded late; last, the same with the input.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

MEASURE = """
import json, sys, time, tracemalloc
import numpy as np
data = np.load(sys.argv[1])
labels, q = data["labels"], data["q"]
del data
def resident(name):
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1000
def measure(work):
    work(labels[:1000], q[:1000])
    before, start = resident("VmRSS"), time.process_time()
    flagged = work(labels, q)
    seconds, grown = time.process_time() - start, resident("VmHWM") - before
    tracemalloc.start()
    work(labels, q)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    given = (labels.nbytes + q.nbytes) / 1e6
    print(json.dumps([seconds, peak, grown, peak + given, flagged]))
"""
OURS = """
from core.label_errors.classification.class_noise import error_weights, plain_counts
from core.label_errors.classification.mixture import suspicion
from core.label_errors.label_noise import error_probability, prior_errors
from core.label_errors.rank import flag
def work(labels, q):
    errors = prior_errors(q, (q,), labels)
    suspect = suspicion(q, labels, error_weights(plain_counts(q, labels)))
    suspicious = suspect.log_ratio > 0
    p_error = error_probability(suspect.log_ratio, errors.value, out=suspect.log_ratio)
    flags = flag(p_error, suspicious, np.ones(len(labels), dtype=bool), errors.value)
    return int(flags.sum())
measure(work)
"""
JUDGE = """
from core.label_errors.classification.strategy import ClassRows
def work(labels, q):
    n, K = q.shape
    rows = ClassRows(
        ids=tuple(map(str, range(n))), names=tuple(map(str, range(K))), given_labels=labels, current=labels,
        settled=np.zeros(n, dtype=bool), group=np.arange(n),
    )
    return int(rows.judge({"m": q}, {}, np.zeros((n, 1))).suspicious.sum())
measure(work)
"""
PEER = """
from cleanlab.filter import find_label_issues
measure(lambda labels, q: int(find_label_issues(labels, q, n_jobs=1).sum()))
"""
COLUMNS = ("CPU-s", "MB beside the input", "MB the process grew", "MB with the input", "flagged")


def world(rows, classes, seed=0):
    """Labels of which one in twenty is drawn anew, and probabilities of a model that is mostly right."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, classes, rows)
    q = rng.random((rows, classes))
    q[np.arange(rows), true] += 6 * rng.random(rows)
    q /= q.sum(axis=1, keepdims=True)
    return np.where(rng.random(rows) < 0.05, rng.integers(0, classes, rows), true), q


def measured(python, code, file):
    """What one process takes, as `COLUMNS`."""
    ran = subprocess.run(
        [python, "-c", MEASURE + code, str(file)],
        env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr[-2000:])
    return json.loads(ran.stdout.splitlines()[-1])


def main():
    """Print the table: the medians, and ours as a share of the peer's."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--rows", type=int, default=1_000_000)
    reader.add_argument("--classes", type=int, default=10)
    reader.add_argument("--runs", type=int, default=3)
    reader.add_argument("--peer", help="Python of an environment with cleanlab")
    options = reader.parse_args()
    sides = {"ours": (sys.executable, OURS), "judge": (sys.executable, JUDGE)}
    sides |= {"peer": (options.peer, PEER)} if options.peer else {}
    runs = {name: [] for name in sides}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "input.npz"
        labels, q = world(options.rows, options.classes)
        np.savez(file, labels=labels, q=q)
        for _ in range(options.runs):
            for name, (python, code) in sides.items():
                runs[name].append(measured(python, code, file))
    table = pd.DataFrame({name: np.median(ran, axis=0) for name, ran in runs.items()}, index=COLUMNS).T
    if options.peer:
        table.loc["share"] = table.loc["ours"] / table.loc["peer"]
    print(table.round(2).to_string())


if __name__ == "__main__":
    main()
