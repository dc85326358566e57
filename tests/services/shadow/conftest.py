"""A champion that follows the wrong column, challengers that do better or the same, and deliveries."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from tests.services.retrain_world import add, install, make, make_numbers, table

FIRST = 1100
"""Rows that are there before a shadow starts."""


class Follows:
    """A model of two classes that follows a sum of columns; `rows` counts those that it was asked for."""

    classes_ = np.array(["no", "yes"], dtype=object)

    def __init__(self, above=0.0, **weights):
        self.above, self.weights, self.rows = above, weights, 0

    def predict_proba(self, X):
        """Of two classes."""
        self.rows += len(X)
        value = sum(weight * X[name].to_numpy(dtype=float) for name, weight in self.weights.items())
        score = 1 / (1 + np.exp(self.above - value))
        return np.column_stack([1 - score, score])

    def predict(self, X):
        """The likelier class."""
        return self.classes_[(self.predict_proba(X)[:, 1] > 0.5).astype(int)]


class Amounts:
    """A model of numbers."""

    def predict(self, X):
        """Amounts."""
        return 100 + 30 * X["a"].to_numpy()


@dataclass
class World:
    """The stores, the registry in memory, and what comes next."""

    ws: object
    spec: object
    registry: object
    came: int = FIRST

    def deliver(self, rows, *, labels=True, version="1"):
        """The next rows come, predicted by the champion; gives them."""
        frame = table(self.came + rows, seed=self.came).iloc[self.came :].reset_index(drop=True)
        if not self.spec.classes:
            rng = np.random.default_rng(self.came)
            frame = frame.drop(columns=["_score_0", "_score_1"])
            frame["_label"] = 100 + 30 * frame["a"] + rng.normal(scale=5, size=rows)
            frame["_prediction"] = 100 + 10 * frame["a"] + 8 * frame["b"]
        frame["_version"] = version
        if not labels:
            frame["_label"] = pd.Series(None, index=frame.index, dtype=frame["_label"].dtype)
        add(self.ws, self.spec, "predictions", frame, content=f"c{self.came}")
        self.came += rows
        return frame

    def label(self, frame):
        """The labels of rows that came without any."""
        late = frame[["_id", "_seq", "_chunk", "_label", "_label_time"]]
        add(self.ws, self.spec, "labels", late, content=f"l{frame['_seq'].iloc[0]}")


@pytest.fixture
def world(tmp_path, monkeypatch):
    ws, spec = make(tmp_path / "home")
    return _world(ws, spec, monkeypatch)


@pytest.fixture
def numbers(tmp_path, monkeypatch):
    ws, spec = make_numbers(tmp_path / "home")
    return _world(ws, spec, monkeypatch)


def _world(ws, spec, monkeypatch):
    registry = install(monkeypatch)
    registry.models |= {"2": Follows(1.0, a=2.0), "3": Follows(a=0.5, b=1.0), "4": Amounts()}
    return World(ws, spec, registry)


def recomputed(world, predicted, version):
    """(rows both predicted, wins, losses) of a version, row by row without any of our code."""
    model = world.registry.models[version]
    wins = losses = 0
    for _, row in predicted.iterrows():
        theirs = model.predict(row.to_frame().T)[0] == row["_label"]
        ours = row["_prediction"] == row["_label"]
        wins, losses = wins + (theirs and not ours), losses + (ours and not theirs)
    return len(predicted), wins, losses
