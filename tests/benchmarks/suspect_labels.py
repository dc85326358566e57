"""How well wrong labels are found where the truth is known: average precision of ours and of plain models.

    python -m tests.benchmarks.suspect_labels FILE --truth TRUTH [--rows N] [--peer PYTHON]
    python -m tests.benchmarks.suspect_labels FILE --item text --column text [--seeds 3] [--classes K]

FILE holds the labels as given, TRUTH the columns `id` and `is_error`; both are Parquet. Rows that nobody
reviewed count as right. Or a share of the labels is flipped, once for each seed: half of them to the class
that is most like the row, as people confuse what is alike, the others to any class. `--peer` adds cleanlab's
orders on the same probabilities: its default of the champion and of all models, and whichever setting is best
here, which only the truth tells (`label_peer.py` says which environment it needs). Of pictures and texts the
same votes are weighed without the encoder and with it (requirements-encoders.txt). `champion` ranks by 1 -
P(given) of the default recipe alone, out of fold: the default score of cleanlab (`get_label_quality_scores`)
on these probabilities.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from core.jobs.spec import quiet
from core.label_errors.classification.strategy import ClassRows
from core.model import ModelSpec, Roles
from core.services.label_errors.companions import item_vectors, jury
from core.services.label_errors.embeddings import embed
from core.services.label_errors.votes import collect
from core.settings import Settings
from core.stats.folds import FOLDS, groups
from core.store.workspace import open_workspace
from core.tables.values.content_hash import row_hashes
from core.training.recipes import default_recipe
from tests.benchmarks import label_peer


def model(features, item, classes):
    """The model of these rows."""
    column = None if item == "record" else features.columns[0]
    roles = Roles("label", features=tuple(features.columns), item=column)
    task = "binary" if len(classes) == 2 else "multiclass"
    recipe = default_recipe(item, task, len(classes))
    return ModelSpec(1, "m", task, item, classes, roles, "m", "roc_auc", 0.02, "month", recipe=recipe)


def measure(ws, spec, features, given, wrong, peer=None):
    """One row a judge: cross-validated AUC on the given labels, average precision; and the seconds."""
    rows = ClassRows(
        ids=tuple(map(str, range(len(given)))),
        names=spec.classes,
        given_labels=given,
        current=given,
        settled=np.zeros(len(given), dtype=bool),
        group=groups(row_hashes(features)),
    )
    started = time.monotonic()
    plain = jury(ws, spec, features)
    votes = vote(plain, rows)
    judges = {name: (P, 1 - P[np.arange(len(P)), given]) for name, P in votes.items()}
    judges["ours"] = judge(rows, votes, plain)
    embedded = embed(ws, spec, features, quiet)
    if embedded is not None:
        seeing = jury(ws, spec, features, embedded)
        read = seeing.contenders[0].features
        own = tuple(voter for voter in seeing.contenders if voter.features is not read)
        votes |= vote(replace(seeing, contenders=own, local=()), rows)
        linear = votes[own[0].name]
        judges[own[0].name] = linear, 1 - linear[np.arange(len(given)), given]
        judges["ours with the encoder"] = judge(rows, votes, seeing)
    table = [
        {"judge": name, "AUC": auc(given, P), "AP": average_precision_score(wrong, score)}
        for name, (P, score) in judges.items()
    ]
    if peer:
        orders = label_peer.default_and_best(peer, votes, given, wrong)
        table += [{"judge": name, "AUC": np.nan, "AP": AP} for name, AP in orders.items()]
    return table, time.monotonic() - started


def vote(members, rows):
    """Name of the model -> its probabilities, out of fold."""
    with tempfile.TemporaryDirectory() as work:
        return collect(members, rows, Path(work), "k", quiet).shuffled


def judge(rows, votes, members):
    """The mixture of the votes, and P(error), by which ours ranks."""
    judgement = rows.judge(votes, {}, members.vectors)
    return judgement.q, judgement.p_error


def auc(given, P):
    """Of the given labels; of several classes one against the rest."""
    return roc_auc_score(given, P[:, 1]) if P.shape[1] == 2 else roc_auc_score(given, P, multi_class="ovr")


def flip(true, vectors, share, seed):
    """Class numbers of which a share is turned into another class, and which rows these are."""
    rng = np.random.default_rng(seed)
    n, K = len(true), true.max() + 1
    centres = np.stack([vectors[true == k].mean(axis=0) for k in range(K)])
    distances = ((vectors[:, None] - centres[None]) ** 2).sum(axis=2)
    distances[np.arange(n), true] = np.inf
    other = np.where(rng.random(n) < 0.5, distances.argmin(axis=1), (true + rng.integers(1, K, n)) % K)
    wrong = rng.random(n) < share
    return np.where(wrong, other, true), wrong


def read(options):
    """The rows to search, of the first K classes and at most N of them."""
    frame = pd.read_parquet(options.file)
    if options.truth:
        truth = pd.read_parquet(options.truth).set_index(options.id)["is_error"]
        frame = frame.assign(is_error=frame[options.id].map(truth).fillna(value=False).astype(bool))
    if options.classes:
        frame = frame[frame[options.label].isin(sorted(frame[options.label].unique())[: options.classes])]
    frame = frame.sample(min(options.rows or len(frame), len(frame)), random_state=0)
    members = frame[options.label].map(frame[options.label].value_counts())
    return frame[members >= FOLDS].reset_index(drop=True)  # with fewer, some fold has never seen the class


def main():
    """Print the table: means over the seeds."""
    reader = argparse.ArgumentParser()
    reader.add_argument("file", type=Path)
    reader.add_argument("--truth", type=Path)
    reader.add_argument("--flip", type=float, default=0.1)
    reader.add_argument("--seeds", type=int, default=1)
    reader.add_argument("--label", default="label")
    reader.add_argument("--id", default="id")
    reader.add_argument("--item", choices=["record", "image", "text"], default="record")
    reader.add_argument("--column")
    reader.add_argument("--classes", type=int)
    reader.add_argument("--rows", type=int)
    reader.add_argument("--peer", help="Python of an environment with cleanlab")
    options = reader.parse_args()
    frame = read(options)
    beside = [options.label, options.id, "is_error"]
    features = frame[[options.column]] if options.column else frame.drop(columns=beside, errors="ignore")
    classes = tuple(sorted(frame[options.label].unique()))
    labels = frame[options.label].map({name: k for k, name in enumerate(classes)}).to_numpy(dtype=np.int64)
    spec = model(features, options.item, classes)
    tables, seconds, errors = [], 0.0, 0
    with tempfile.TemporaryDirectory() as home:
        ws = open_workspace(Settings(home=Path(home)))
        for seed in range(options.seeds):
            if options.truth:
                given, wrong = labels, frame["is_error"].to_numpy(dtype=bool)
            else:
                given, wrong = flip(labels, item_vectors(spec, features), options.flip, seed)
            table, took = measure(ws, spec, features, given, wrong, options.peer)
            tables += table
            seconds, errors = seconds + took / options.seeds, errors + wrong.sum() / options.seeds
        ws.engine.dispose()
    means = pd.DataFrame(tables).groupby("judge", sort=False).mean().round(3)
    print(means.reset_index().to_string(index=False))
    print(f"{len(frame):,} rows, {errors:,.0f} wrong labels, {seconds:.0f} s a seed")


if __name__ == "__main__":
    main()
