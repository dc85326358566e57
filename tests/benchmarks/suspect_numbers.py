"""How well gross errors among numbers are found: average precision by kind of error, beside a plain peer.

    python -m tests.benchmarks.suspect_numbers FILE --label COLUMN [--exclude a,b] [--peer]

FILE is a Parquet file; 2 % of its labels are made wrong in three ways. With --peer (cleanlab installed in an
environment of its own) its label quality of regression is computed on the same out-of-fold numbers.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

from core.label_errors.cv_splits import time_blocks
from core.label_errors.regression.strategy import NumberRows
from core.model import ModelSpec, Roles
from core.services.label_errors.companions import jury
from core.services.label_errors.votes import collect
from core.settings import Settings
from core.stats.folds import groups
from core.store.workspace import open_workspace
from core.tables.values.content_hash import row_hashes

SHARE = 0.02
KINDS = ("times ten", "swapped", "slipped by half")


def planted(labels, kind, seed):
    """The labels with errors, and which are wrong."""
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(labels), int(SHARE * len(labels)), replace=False)
    given = labels.astype(float).copy()
    if kind == "times ten":
        given[rows] = given[rows] * 10
    elif kind == "swapped":
        given[rows] = given[rng.permutation(rows)]
    else:
        given[rows] = given[rows] * np.where(rng.random(len(rows)) < 0.5, 0.5, 1.5)
    return given, given != labels


def measure(frame, label, kind, seed, *, peer):
    """Average precision of ours, of the plain residual and of the peer; and the seconds of ours."""
    given, wrong = planted(frame[label].to_numpy(), kind, seed)
    features = frame.drop(columns=[label, "_time"])
    roles = Roles(label, features=tuple(features.columns))
    spec = ModelSpec(
        1, "m", "regression", "record", (), roles, "m", "mae", 1.0, "month", recipe="hist_gradient_boosting"
    )
    times = frame["_time"].to_numpy(dtype=float)
    settled = np.zeros(len(given), dtype=bool)
    labelled = NumberRows(
        ids=tuple(map(str, range(len(given)))),
        given_labels=given,
        current=given,
        settled=settled,
        group=groups(row_hashes(features)),
        times=times,
        block=time_blocks(times),
    )
    with tempfile.TemporaryDirectory() as folder:
        ws = open_workspace(Settings(home=Path(folder)))
        start = time.monotonic()
        members = jury(ws, spec, features)
        votes = collect(members, labelled, Path(folder), "k", lambda _done, _said: None)
        found = labelled.judge(votes.shuffled, votes.local, members.vectors)
        seconds = time.monotonic() - start
        ws.engine.dispose()
    plain = votes.shuffled["champion"]
    scores = {"ours": found.p_error + 1e-9 * np.abs(found.z), "plain residual": np.abs(given - plain)}
    if peer:
        from cleanlab.regression.rank import get_label_quality_scores

        scores["peer, champion"] = -get_label_quality_scores(given, plain)
        scores["peer, our mixture"] = -get_label_quality_scores(given, found.expected)
    row = {name: average_precision_score(wrong, score) for name, score in scores.items()}
    expected = f"{found.errors.value:,.0f} ({found.errors.low:,.0f}-{found.errors.high:,.0f})"
    return {
        "errors": kind,
        "wrong": int(wrong.sum()),
        "estimated": expected,
        **row,
        "seconds": round(seconds, 1),
    }


def main():
    """Print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("file", type=Path)
    reader.add_argument("--label", default="label")
    reader.add_argument("--exclude", default="id")
    reader.add_argument("--rows", type=int)
    reader.add_argument("--seeds", type=int, default=1)
    reader.add_argument("--peer", action="store_true")
    said = reader.parse_args()
    frame = pd.read_parquet(said.file)
    frame = frame.drop(columns=[name for name in said.exclude.split(",") if name in frame]).tail(
        said.rows or len(frame)
    )
    moments = [name for name in frame if pd.api.types.is_datetime64_any_dtype(frame[name])]
    place = frame[moments[0]].astype("int64") if moments else pd.Series(range(len(frame)), frame.index)
    frame = frame.drop(columns=moments).assign(_time=place).reset_index(drop=True)
    rows = [
        measure(frame, said.label, kind, seed, peer=said.peer) for kind in KINDS for seed in range(said.seeds)
    ]
    print(pd.DataFrame(rows).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
