"""What Health says of worlds whose cause is known: a table of true and named causes.

`python -m tests.benchmarks.reasons [--seeds 3] [--rows 500]` connects the log of a linear model once for each
world and seed: six weeks as they always were, then six in which one thing happened. All rows are labelled.
"""

import argparse
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from core.services.monitoring import monitor
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table

WEEKS, BEFORE = 12, 6
START = pd.Timestamp("2025-01-06")
COLUMNS = ("x1", "x2", "x3", "x4")


def _sigmoid(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logit))


def _logit(frame: pd.DataFrame, steep: float = 1.0) -> np.ndarray:
    return steep * (2.0 * frame["x1"] + 1.0 * frame["x2"] - 0.7 * frame["x3"]).to_numpy()


class World:
    """Rows of one log; a happening changes them from the sixth week on (`late`)."""

    def __init__(self, seed: int, rows: int) -> None:
        self.rng = np.random.default_rng(seed)
        n = rows * WEEKS
        week = np.repeat(np.arange(WEEKS), rows)
        self.late = week >= BEFORE
        self.frame = pd.DataFrame(
            {
                "id": [f"r{i}" for i in range(n)],
                "time": START + pd.to_timedelta(week * 7 + self.rng.integers(0, 7, n), unit="D"),
                **{name: self.rng.normal(size=n) for name in COLUMNS},
                "group": self.rng.choice(["web", "app", "shop"], n, p=[0.6, 0.15, 0.25]),
                "version": "1",
            }
        )
        self.frame["x4"] = self.rng.uniform(10, 90, n)
        self.steep = np.ones(n)

    def label(self) -> None:
        """Labels follow the inputs; less closely in the group "app"."""
        chance = _sigmoid(_logit(self.frame) * np.where(self.frame["group"] == "app", 0.15, self.steep))
        self.frame["y"] = np.where(self.rng.random(len(self.frame)) < chance, "yes", "no")

    def answer(self) -> None:
        """The model's score and its decision at a half."""
        self.frame["score"] = _sigmoid(_logit(self.frame))

    def finish(self) -> pd.DataFrame:
        """The log."""
        return self.frame.assign(said=np.where(self.frame["score"] > 0.5, "yes", "no"))


def _nothing(world: World) -> None:
    world.label()
    world.answer()


def _mix(world: World) -> None:
    moved = world.late & (world.rng.random(len(world.late)) < 0.45)
    world.frame.loc[moved, "group"] = "app"
    _nothing(world)


def _relation(world: World) -> None:
    world.steep = np.where(world.late, 0.35, 1.0)
    _nothing(world)


def _both(world: World) -> None:
    world.steep = np.where(world.late, 0.35, 1.0)
    _mix(world)


def _prior(world: World) -> None:
    _nothing(world)
    thinned = world.late & (world.frame["y"] == "yes") & (world.rng.random(len(world.late)) < 0.7)
    world.frame = world.frame[~thinned]


def _scaled(factor: float) -> Callable[[World], None]:
    def happen(world: World) -> None:
        world.label()
        world.frame.loc[world.late, "x1"] *= factor
        world.answer()

    return happen


def _stuck(world: World) -> None:
    world.label()
    world.frame.loc[world.late, "x1"] = 0.25
    world.answer()


def _random_scores(world: World) -> None:
    _nothing(world)
    hit = world.late & (world.rng.random(len(world.late)) < 0.5)
    world.frame.loc[hit, "score"] = world.rng.random(int(hit.sum()))


def _constant_score(world: World) -> None:
    _nothing(world)
    world.frame.loc[world.late, "score"] = 0.31


def _worse_version(world: World) -> None:
    world.label()
    world.answer()
    late = world.frame[world.late]
    world.frame.loc[world.late, "score"] = _sigmoid(0.4 * late["x1"].to_numpy() + 0.9 * late["x2"].to_numpy())
    world.frame.loc[world.late, "version"] = "2"


def _empty(world: World) -> None:
    _nothing(world)
    world.frame.loc[world.late, "x4"] = np.nan


def _unit(world: World) -> None:
    _nothing(world)
    world.frame.loc[world.late, "x4"] *= 1000


def _one_class(world: World) -> None:
    _nothing(world)
    world.frame.loc[world.frame["time"] >= START + pd.Timedelta(weeks=WEEKS - 1), "y"] = "no"


def _new_value(world: World) -> None:
    _nothing(world)
    world.frame.loc[world.late & (world.rng.random(len(world.late)) < 0.05), "group"] = "kiosk"


def _flips(world: World) -> None:
    _nothing(world)
    hit = world.late & (world.rng.random(len(world.late)) < 0.1)
    world.frame.loc[hit, "y"] = np.where(world.frame.loc[hit, "y"] == "yes", "no", "yes")


def _missed(world: World) -> None:
    _nothing(world)
    hit = world.late & (world.frame["y"] == "yes") & (world.rng.random(len(world.late)) < 0.15)
    world.frame.loc[hit, "y"] = "no"


WORLDS: dict[str, Callable[[World], None]] = {
    "nothing": _nothing,
    "the mix of group moved, 15 -> 53 % app": _mix,
    "the relation became flatter": _relation,
    "mix and relation": _both,
    "seven tenths of the positives are gone": _prior,
    "x1 times 100": _scaled(100),
    "x1 divided by 1000": _scaled(0.001),
    "x1 stuck at one value": _stuck,
    "half of the scores random": _random_scores,
    "one constant score": _constant_score,
    "a worse version took over": _worse_version,
    "x4 empty, no effect on the score": _empty,
    "x4 times 1000, no effect on the score": _unit,
    "a week whose labels are all one class": _one_class,
    "5 % of group never seen before": _new_value,
    "10 % of the labels flipped": _flips,
    "15 % of the positives missed": _missed,
}


def said(name: str, seed: int, rows: int) -> dict:
    """The health document of one world."""
    world = World(seed, rows)
    WORLDS[name](world)
    wanted = RequestedRoles(
        label="y", task="binary", id="id", time="time", prediction="said", score="score", positive="yes",
        segments=("group",), version="version",
    )  # fmt: skip
    until = (START + pd.Timedelta(days=7 * BEFORE - 1)).date().isoformat()
    frame = world.finish()
    request = ConnectRequest(
        "world", wanted, chunk="week", metric="accuracy", tolerance=0.02, reference=("2025-01-06", until),
        as_of=frame["time"].max().date().isoformat(),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as home:
        ws = open_workspace(Settings(home=Path(home)))
        try:
            connect_table(ws, request, Table(frame, "world.parquet"))
            return dict(monitor.refresh(ws, "world"))
        finally:
            ws.engine.dispose()


def main() -> None:
    """Print what is said of every world."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    blamed = 0
    for name in (each for each in WORLDS if args.only in each):
        documents = [said(name, seed, args.rows) for seed in range(args.seeds)]
        states = Counter(each["status"] for each in documents)
        named = Counter(
            f"{c['kind']} {c.get('feature') or ''}".strip() for d in documents for c in d["causes"][:1]
        )
        rules = Counter(a["rule"] for d in documents for a in d["alerts"] if a["closed"] is None)
        labels = sum("label" in d["sentence"] and "noisy" in d["sentence"] for d in documents)
        blamed += labels
        print(f"\n## {name}\n   {dict(states)}; leading cause {dict(named)}; open alerts {dict(rules)}")
        print(f"   {documents[0]['sentence']} {documents[0]['suggestion']}")
    print(f"\nlabels blamed without a reviewed answer: {blamed}")


if __name__ == "__main__":
    main()
