"""What the order of the questions is worth: accuracy after so many reviews, by order.

    python -m tests.benchmarks.impact_gain --data FOLDER [--rows 600] [--seeds 1] [--sets NAME ...]

FOLDER holds the sets named in `SETS`. Of each, `--rows` rows are learnt from and up to 3,000 others are what
is judged by. Labels of the first are made wrong in three ways: a tenth, half of them to the class that is
most like the row; a fifth to any class; two in ten of one class, given as the one that is most like it. Rows
are then reviewed in the order of `impact`, of `likelihood`, of `cleanlab` (its default score, 1 - P(given) of
the champion's recipe, out of fold), at random, or the wrong ones first (`oracle`, by impact or by
likelihood); a reviewed row has its true label. At twelve numbers of reviews, up to twice the wrong labels,
the champion's recipe is fitted anew; the mean of its accuracies is the area. Printed are points of it over
cleanlab's order, with a 95 % t interval over the configurations. Where requirements-encoders.txt is
installed, the encoder votes for pictures and texts as in a search; what is fitted anew and what cleanlab's
order reads stays the champion's.
"""

import argparse
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t
from sklearn.base import clone

from core.jobs.spec import quiet
from core.label_errors.classification.strategy import ClassRows
from core.label_errors.search import search
from core.services.label_errors.companions import item_vectors, jury
from core.services.label_errors.embeddings import embed
from core.settings import Settings
from core.stats.folds import groups
from core.store.workspace import open_workspace
from core.tables.values.content_hash import row_hashes
from tests.benchmarks.suspect_labels import flip, model, vote


class Set(NamedTuple):
    """A file: its column of items (None: records), columns that are no features, classes to keep."""

    file: str
    item: str = "record"
    column: str | None = None
    beside: tuple[str, ...] = ()
    classes: int | None = None


SETS = {
    "banking": Set("banking77", "text", "text", (), 12),
    "digits": Set("demo_mnist_1000", "image", "image"),
    "electricity": Set("elec2"),
    "hotel": Set("demo_hotel_bookings", beside=("arrival_date",)),
    "objects": Set("outdoor_objects", classes=15),
    "spam": Set("sms_spam", "text", "text"),
    "steel": Set("steel_load_type"),
    "weather": Set("noaa_weather"),
}
NOISE = {"alike": 0.1, "any": 0.2, "one class": 0.2}
POINTS, JUDGED = 12, 3_000
ORDERS = ("impact", "likelihood", "cleanlab", "random", "oracle", "oracle, likelihood")


def read(folder, which, rows):
    """Features and class numbers of rows in a random order, and the names of the classes."""
    made = SETS[which]
    frame = pd.read_parquet(folder / f"{made.file}.parquet").sample(frac=1, random_state=0)
    common = frame["label"].value_counts().sort_index()
    names = [name for name in common.index if common[name] >= 40][: made.classes]
    frame = frame[frame["label"].isin(names)].head(rows + JUDGED).reset_index(drop=True)
    beside = [
        name for name in ("id", "timestamp", "label", "label_available_at", *made.beside) if name in frame
    ]
    features = frame[[made.column]] if made.column else frame.drop(columns=beside)
    labels = frame["label"].map({name: k for k, name in enumerate(names)}).to_numpy(dtype=np.int64)
    return features, labels, tuple(map(str, names))


def spoil(noise, true, vectors, seed):
    """Labels of which some are wrong."""
    rng = np.random.default_rng(seed)
    if noise == "alike":
        return flip(true, vectors, NOISE[noise], seed)[0]
    if noise == "any":
        wrong = rng.random(len(true)) < NOISE[noise]
        return np.where(wrong, (true + rng.integers(1, true.max() + 1, len(true))) % (true.max() + 1), true)
    centres = np.stack([vectors[true == k].mean(axis=0) for k in range(true.max() + 1)])
    victim = int(np.bincount(true).argmax())
    apart = ((centres - centres[victim]) ** 2).sum(axis=1)
    apart[victim] = np.inf
    wrong = (true == victim) & (rng.random(len(true)) < NOISE[noise])
    return np.where(wrong, apart.argmin(), true)


def orders(members, rows, true, seed):
    """Order -> row numbers, the first to ask about first."""
    votes = vote(members, rows)
    given, judgement = rows.given_labels, rows.judge(votes, {}, members.vectors)
    table = search(judgement, members.vectors).table
    useful = table.sort_values("rank")["row"].to_numpy()
    likely = table["row"].to_numpy()
    champion = votes["champion"][np.arange(len(given)), given]
    return {
        "impact": useful,
        "likelihood": likely,
        "cleanlab": np.argsort(champion, kind="stable"),
        "random": np.random.default_rng(seed).permutation(len(given)),
        "oracle": wrong_first(useful, given != true),
        "oracle, likelihood": wrong_first(likely, given != true),
    }


def wrong_first(order, wrong):
    """The rows of an order that are wrong before the others."""
    return np.concatenate([order[wrong[order]], order[~wrong[order]]])


def area(estimator, learnt, judged, given, true, order):
    """Mean accuracy on the others after growing numbers of reviews."""
    (features, labels), (others, other_labels) = learnt, judged
    scores = []
    for count in np.unique(np.linspace(0, min(len(given), 2 * (given != true).sum()), POINTS).astype(int)):
        now = given.copy()
        now[order[:count]] = labels[order[:count]]
        scores.append((clone(estimator).fit(features, now).predict(others) == other_labels).mean())
    return float(np.mean(scores))


def measure(ws, folder, which, noise, seed, rows):
    """The areas of one configuration, in points."""
    features, labels, names = read(folder, which, rows)
    learnt, judged = (features.head(rows), labels[:rows]), (features[rows:], labels[rows:])
    spec = model(learnt[0], SETS[which].item, names)
    true = labels[:rows]
    given = spoil(noise, true, item_vectors(spec, learnt[0]), seed)
    scanned = ClassRows(
        ids=tuple(map(str, range(rows))), names=names, given_labels=given, current=given,
        settled=np.zeros(rows, dtype=bool), group=groups(row_hashes(learnt[0])),
    )  # fmt: skip
    members = jury(ws, spec, learnt[0], embed(ws, spec, learnt[0], quiet))
    made = orders(members, scanned, true, seed)
    estimator = members.contenders[0].estimator
    areas = {name: 100 * area(estimator, learnt, judged, given, true, made[name]) for name in ORDERS}
    return {"set": which, "noise": noise, "wrong": int((given != true).sum()), **areas}


def summary(lines):
    """Order -> mean of the points over cleanlab's, with its interval, and how many are above it."""
    rows = []
    for name in ORDERS:
        over = lines[name] - lines["cleanlab"]
        half = t.ppf(0.975, len(over) - 1) * over.std() / np.sqrt(len(over)) if len(over) > 1 else np.nan
        rows.append((name, over.mean(), over.mean() - half, over.mean() + half, int((over > 0).sum())))
    return pd.DataFrame(rows, columns=["order", "over cleanlab's", "from", "to", f"above, of {len(lines)}"])


def main():
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("--data", type=Path, required=True)
    reader.add_argument("--rows", type=int, default=600)
    reader.add_argument("--seeds", type=int, default=1)
    reader.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    options = reader.parse_args()
    lines = []
    with tempfile.TemporaryDirectory() as home:
        ws = open_workspace(Settings(home=Path(home)))
        for seed in range(options.seeds):
            for which in options.sets:
                for noise in NOISE:
                    lines.append(measure(ws, options.data, which, noise, seed, options.rows))
                    print(
                        pd.DataFrame(lines[-1:]).round(2).to_string(index=False, header=len(lines) == 1),
                        flush=True,
                    )
        ws.engine.dispose()
    print(summary(pd.DataFrame(lines)).round(2).to_string(index=False))


if __name__ == "__main__":
    main()
