"""How well wrong labels are found where the truth is known: average precision of ours and of plain models.

    python -m tests.benchmarks.suspect_labels FILE TRUTH --label label --id id [--rows N]

FILE holds the labels as given, TRUTH the columns `id` and `is_error`; both are Parquet.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from core.label_errors.classification.strategy import ClassRows
from core.model import ModelSpec, Roles
from core.services.label_errors.companions import jury
from core.services.label_errors.votes import collect
from core.settings import Settings
from core.stats.folds import groups
from core.store.workspace import open_workspace
from core.tables.values.content_hash import row_hashes


def measure(frame, label, wrong):
    """One row a judge: cross-validated AUC on the given labels, average precision of 1 - P(given)."""
    features = frame.drop(columns=[label])
    classes = tuple(sorted(frame[label].unique()))
    given = np.asarray(frame[label].map({name: k for k, name in enumerate(classes)}), dtype=np.int64)
    roles = Roles(label, features=tuple(features.columns))
    task = "binary" if len(classes) == 2 else "multiclass"
    spec = ModelSpec(
        1, "m", task, "record", classes, roles, "m", "roc_auc", 0.02, "month", recipe="hist_gradient_boosting"
    )
    settled = np.zeros(len(given), dtype=bool)
    labelled = ClassRows(
        ids=tuple(map(str, range(len(given)))),
        names=classes,
        given_labels=given,
        current=given,
        settled=settled,
        group=groups(row_hashes(features)),
    )
    with tempfile.TemporaryDirectory() as folder:
        ws = open_workspace(Settings(home=Path(folder)))
        start = time.monotonic()
        members = jury(ws, spec, features)
        votes = collect(members, labelled, Path(folder), "k", lambda _done, _said: None)
        found = labelled.judge(votes.shuffled, votes.local, members.vectors)
        seconds = time.monotonic() - start
        ws.engine.dispose()
    judges = {**votes.shuffled, "all together": found.q}
    rows = [
        {
            "judge": name,
            "AUC": _auc(given, P),
            "AP": average_precision_score(wrong, 1 - P[np.arange(len(P)), given]),
        }
        for name, P in judges.items()
    ]
    ours = {"judge": "ours, P(error)", "AUC": np.nan, "AP": average_precision_score(wrong, found.p_error)}
    return pd.DataFrame([*rows, ours]).round(4), seconds


def _auc(given, P):
    return roc_auc_score(given, P[:, 1]) if P.shape[1] == 2 else roc_auc_score(given, P, multi_class="ovr")


def main():
    """Print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("file", type=Path)
    reader.add_argument("truth", type=Path)
    reader.add_argument("--label", default="label")
    reader.add_argument("--id", default="id")
    reader.add_argument("--rows", type=int)
    said = reader.parse_args()
    frame = pd.read_parquet(said.file).merge(pd.read_parquet(said.truth)[[said.id, "is_error"]], on=said.id)
    frame = frame.head(said.rows or len(frame))
    wrong = frame["is_error"].to_numpy(dtype=bool)
    table, seconds = measure(frame.drop(columns=[said.id, "is_error"]), said.label, wrong)
    print(table.to_string(index=False))
    print(f"{len(frame):,} rows, {wrong.sum():,} wrong labels, {seconds:.0f} s")


if __name__ == "__main__":
    main()
