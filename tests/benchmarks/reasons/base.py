"""A stream that does not change: rows, the model that answers, and what the labels follow."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

Task = Literal["binary", "multiclass", "regression"]
Rows = Callable[[pd.DataFrame], np.ndarray]
"""Rows -> (n, K) chances of the classes, or (n,) amounts."""


@dataclass(frozen=True)
class Base:
    """Rows of one kind, with the parts that the worlds play on.

    Attributes:
        pool: (n, features and `y`) rows in any order; `draw(seed, rows)` makes those of generated streams;
            the worlds of one seed share them and change none.
        answers: what the model in production says; `without` a column: what a version says that lacks it.
        truth: chances of the labels, or their means, as far as they are known.
        main, second: the numbers that the model relies on most; `gappy`: one that is missing in some rows.
        spare: a number that the model does not read.
        channel, region: categories in whose cells the model errs more or less.
    """

    name: str
    task: Task
    classes: tuple[str, ...]
    draw: Callable[[int, int], pd.DataFrame]
    answers: Rows
    without: Callable[[str], Rows]
    truth: Rows
    main: str
    second: str
    gappy: str
    spare: str
    channel: str
    region: str

    def column(self, part: str) -> str:
        """The name of the column that plays this part."""
        return str(getattr(self, part))

    def decide(self, answers: np.ndarray) -> np.ndarray:
        """(n,) predictions: the likeliest class, or the amount."""
        return np.array(self.classes)[answers.argmax(1)] if self.classes else answers

    def losses(self, rows: pd.DataFrame) -> np.ndarray:
        """(n,) loss of every row: wrong or not, or the absolute error."""
        predictions = self.decide(self.answers(rows))
        labels = rows["y"].to_numpy()
        return (predictions != labels).astype(float) if self.classes else np.abs(predictions - labels)

    def label(self, truth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """(n,) classes drawn by their chances (n, K)."""
        picked = (truth.cumsum(1) < rng.random(len(truth))[:, None]).sum(1)
        return np.array(self.classes)[picked.clip(max=len(self.classes) - 1)]


COLUMNS = ("x1", "x2", "x3", "channel", "region")
CLASSES: dict[Task, tuple[str, ...]] = {
    "binary": ("no", "yes"),
    "multiclass": ("a", "b", "c", "d"),
    "regression": (),
}
WEIGHTS = {"a": (2.0, 0.3, 0.0), "b": (-1.6, 0.9, 0.3), "c": (0.2, -1.8, 0.8), "d": (-0.4, 0.6, -1.6)}
"""Of x1, x2 and x3 in the log-odds of four classes."""
MOMENTS = {"x1": (30.0, 10 * 3**0.5), "x2": (40.0, 12.0), "x3": (0.0, 1.0)}
"""Mean and spread of the numbers: an amount above zero, and two with a bell shape."""
SPREAD = 20.0
NOISE = {"hard": 30.0, "easy": 9.0}
"""Of amounts: what the inputs explain, and what they do not."""


def generated(task: Task) -> Base:
    """Rows of three numbers and two categories; labels follow them less closely in some cells."""

    @lru_cache(maxsize=1)
    def draw(seed: int, rows: int) -> pd.DataFrame:
        return _draw(task, np.random.default_rng([seed, 1]), rows)

    def answers(rows: pd.DataFrame) -> np.ndarray:
        return _follow(task, rows)

    def without(name: str) -> Rows:
        return lambda rows: _follow(task, rows.assign(**{name: np.nan}))

    def truth(rows: pd.DataFrame) -> np.ndarray:
        return _follow(task, rows, np.where(_is_hard(rows), 0.15, 1.0))

    parts = ("x1", "x2", "x3", "x4", "channel", "region")
    return Base("generated", task, CLASSES[task], draw, answers, without, truth, *parts)


def _draw(task: Task, rng: np.random.Generator, n: int) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "x1": 10 * rng.gamma(3, size=n),
            "x2": rng.normal(40, 12, n),
            "x3": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
            "x4": rng.uniform(10, 90, n),
            "channel": rng.choice(["web", "app", "shop"], n, p=[0.6, 0.15, 0.25]),
            "region": rng.choice(["north", "south"], n, p=[0.3, 0.7]),
        }
    )
    hard = _is_hard(rows)
    if task == "regression":
        noise = np.where(hard, NOISE["hard"], NOISE["easy"]) * rng.normal(size=n)
        return rows.assign(y=_follow(task, rows) + noise)
    chances = _follow(task, rows, np.where(hard, 0.15, 1.0))
    picked = (chances.cumsum(1) < rng.random(n)[:, None]).sum(1)
    return rows.assign(y=np.array(CLASSES[task])[picked.clip(max=len(CLASSES[task]) - 1)])


def _is_hard(rows: pd.DataFrame) -> np.ndarray:
    """Rows of the app, and of shops in the north."""
    shop = (rows["channel"] == "shop") & (rows["region"] == "north")
    return ((rows["channel"] == "app") | shop).to_numpy()


def _follow(task: Task, rows: pd.DataFrame, steep: np.ndarray | float = 1.0) -> np.ndarray:
    numbers = np.column_stack(
        [((rows[name] - mean) / spread).fillna(0) for name, (mean, spread) in MOMENTS.items()]
    )
    if task == "regression":
        return 100 + SPREAD * (numbers @ np.array([2.0, 1.0, -0.7]))
    if task == "binary":
        logit = steep * (numbers @ np.array([2.4, 1.2, -0.8])) - 0.4
        return softmax(np.column_stack([np.zeros(len(rows)), logit]))
    logits = numbers @ np.array([WEIGHTS[name] for name in CLASSES[task]]).T
    return softmax(logits * np.reshape(steep, (-1, 1)))


def softmax(logits: np.ndarray) -> np.ndarray:
    """(n, K) log-odds -> chances."""
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


def mirrored(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows with the order of one column turned round: the largest value becomes the smallest."""
    values = rows[name]
    rank = values.rank(method="first").fillna(1).astype(int)
    turned = values.sort_values(ascending=False).to_numpy()[rank - 1]
    return rows.assign(**{name: np.where(values.isna(), np.nan, turned)})


def base_of(name: str, task: Task, folder: str) -> Base:
    """A stream: "generated", or of a file of the folder."""
    from tests.benchmarks.reasons.real import real

    return generated(task) if name == "generated" else real(name, folder)


def tasks_of(name: str) -> tuple[Task, ...]:
    """The tasks that a stream has."""
    from tests.benchmarks.reasons.real import REAL

    return tuple(CLASSES) if name == "generated" else (REAL[name].task,)
