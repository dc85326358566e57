"""The gates see what would break in production; a good model passes all of them."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from core.errors import RegistryError
from core.stats.predictions import Predictions
from core.training.comparison import apart, gates
from core.training.comparison.gates import GateRules, Subject
from core.training.predictions import predict
from core.training.tasks import task_of

of = Predictions.from_outputs

CLEAN = {"keys": 0, "contents": 0, "passed": True}
CLASSES = ("no", "yes")


class Model:
    """Predictions by a rule; can be told to misbehave."""

    classes_ = np.array(CLASSES, dtype=object)

    def __init__(self, *, shift=0.0, crash_on=None, drift=0.0, sums=1.0, threshold=0.5):
        self.shift, self.crash_on, self.drift, self.sums = shift, crash_on, drift, sums
        self.threshold = threshold

    def predict_proba(self, X):
        """Probability x + shift."""
        if self.crash_on is not None and X.isna().to_numpy().any():
            raise self.crash_on
        self.shift += self.drift
        p = np.clip(pd.to_numeric(X["x"], errors="coerce").fillna(0).to_numpy(float) + self.shift, 0, 1)
        return np.column_stack([self.sums - p, p])

    def predict(self, X):
        """By its own threshold."""
        return self.classes_[(self.predict_proba(X)[:, 1] > self.threshold).astype(int)]


class Silent(Model):
    """Says nothing about rows with missing values."""

    def predict_proba(self, X):
        """NaN where a value is missing."""
        return np.full((len(X), 2), np.nan if X.isna().to_numpy().any() else 0.5)


def subject(model=None, champion=None):
    rows = pd.DataFrame({"x": np.linspace(0, 0.9, 20), "town": pd.Series(["a"] * 20, dtype=object)})
    before = predict(Model(), rows, task_of(CLASSES))
    chosen = model or Model()
    return Subject(chosen, champion, Model, rows, before, task_of(CLASSES))


def results(**changes):
    return {gate.name: gate.passed for gate in gates.run(subject(**changes), CLEAN)}


def test_a_good_model_passes_every_gate():
    assert set(results(champion=Model()).values()) == {True}


@pytest.mark.parametrize(
    ("model", "gate"),
    [
        (Model(sums=1.2), "schema"),
        (Model(drift=0.01), "determinism"),
        (Model(shift=0.05), "determinism"),
        (Model(threshold=0.2), "determinism"),
        (Model(crash_on=ValueError("NaN")), "edge rows"),
        (Model(crash_on=AttributeError("no")), "edge rows"),
    ],
)
def test_a_fault_fails_its_gate(model, gate):
    assert results(model=model)[gate] is False


def test_a_strange_class_fails_the_schema():
    model = Model()
    model.classes_ = np.array(["no", "perhaps"], dtype=object)
    assert results(model=model)["schema"] is False


def test_a_leak_blocks():
    found = gates.run(subject(), {"keys": 2, "contents": 0, "passed": False})
    assert gates.failed_gates(found) == ["leak"]
    assert "2 shared keys" in next(gate.detail for gate in found if gate.name == "leak")


def test_a_slow_or_huge_model_fails():
    strict = GateRules(slowest=0.0, largest=1)
    assert gates.failed_gates(gates.run(subject(), CLEAN, strict)) == ["latency", "size"]


def test_the_odd_rows_cover_every_column():
    cases = gates.edge_rows(subject().rows)
    assert set(cases) == {"everything missing", "x missing", "town missing", "town unseen"}
    pictures = pd.DataFrame({"image": pd.Series([b"png"], dtype=object)})
    assert set(gates.edge_rows(pictures)) == {"everything missing", "image missing"}


def test_a_number_that_is_none_fails():
    made = subject(Silent())
    before = of(np.full((20, 2), 0.5))
    assert "edge rows" in gates.failed_gates(
        gates.run(replace(made, before_saving=before, reload=Silent), CLEAN)
    )


class Neighbourly(Model):
    """Says something else of a row that has neighbours."""

    def predict_proba(self, X):
        """Shifted by the number of rows."""
        p = np.full(len(X), 0.5 + (0.1 if len(X) > 1 else 0.0))
        return np.column_stack([1 - p, p])


def by_name(made, rules=gates.RULES):
    return {gate.name: gate for gate in gates.run(made, CLEAN, rules)}


def test_an_answer_that_hangs_on_other_rows_is_seen():
    made = replace(subject(Neighbourly()), before_saving=predict(Neighbourly(), subject().rows, TASK))
    gate = by_name(replace(made, reload=Neighbourly))["batch and single"]
    assert (gate.passed, gate.figure, gate.limit) == (False, "0.1", "1e-06")


@pytest.mark.parametrize(
    ("budget", "name"), [({"p99": 1e-9}, "latency"), ({"size": 10}, "size"), ({"p99": 60.0}, None)]
)
def test_a_budget_of_the_model_decides_for_it(budget, name):
    failed = gates.failed_gates(gates.run(subject(champion=Model()), CLEAN, GateRules(**budget)))
    assert failed == ([name] if name else [])


def test_every_test_has_the_number_that_decided():
    made = by_name(subject())
    assert all(gate.figure for gate in made.values())
    assert made["latency"].limit == "p50 500.0 ms"
    assert by_name(subject(), GateRules(p99=60.0))["latency"].limit == "p99 60,000.0 ms"


TASK = task_of(CLASSES)


@dataclass(frozen=True)
class Apart:
    """What came of loading it apart."""

    outputs: object = None
    packages: int = 40
    why: str = ""
    trouble: str = ""
    seconds: float = 1.0
    memory: int = 300_000_000
    model: int = 20_000_000


def of_apart(made, rules=gates.RULES):
    rows = subject().rows
    return {gate.name: gate for gate in apart.gates_apart(made, Model(), rows, rules)}


def outputs(shift=0.0):
    return Model(shift=shift).predict_proba(subject().rows).tolist()


@pytest.mark.parametrize(
    ("made", "passed"),
    [
        (Apart(outputs()), True),
        (Apart(outputs(1e-4)), False),
        (Apart(outputs()[:-1]), False),
        (Apart(trouble="ModuleNotFoundError: No module named 'shop'"), False),
        (Apart(outputs(), why="mlflow==1.0 is not installed here"), None),
        (Apart(why="it is no scikit-learn model in the skops format"), None),
        (Apart(why="mlflow==1.0 is not installed here", trouble="ValueError: no"), False),
    ],
)
def test_a_clean_environment_passes_only_where_it_answered_alike_there(made, passed):
    assert of_apart(made)[apart.CLEAN].passed is passed


@pytest.mark.parametrize(
    ("budget", "used", "passed"),
    [(None, 300, None), (300, 300, True), (299, 300, False), (300, 0, None)],
)
def test_memory_is_held_against_its_budget_and_else_only_told(budget, used, passed):
    rules = GateRules(memory=budget and budget * 1_000_000)
    gate = of_apart(Apart(outputs(), memory=used * 1_000_000), rules)[apart.MEMORY]
    assert gate.passed is passed
    assert ("300.0 MB" in gate.detail) is (used > 0)


def test_the_way_back_is_rehearsed():
    def broken():
        raise RegistryError("The files are gone.", "Restore them.")

    assert apart.rollback(Model, subject()).passed is True
    assert apart.rollback(lambda: Model(sums=1.2), subject()).passed is False
    assert apart.rollback(lambda: None, subject()).passed is None
    gone = apart.rollback(broken, subject())
    assert (gone.passed, "files are gone" in gone.detail) == (False, True)


class Sluggish(Model):
    """Takes a second for every twentieth question, by a clock of its own."""

    seconds, asked = 0.0, 0

    def predict_proba(self, X):
        """As the others, later."""
        Sluggish.asked += 1
        Sluggish.seconds += 1.0 if Sluggish.asked % 20 == 0 else 0.001
        return super().predict_proba(X)


@pytest.mark.parametrize(("budget", "passed"), [(0.5, False), (1.1, True)])
def test_a_budget_is_that_of_the_slowest_of_a_hundred_rows_and_not_of_the_middle_one(
    budget, passed, monkeypatch
):
    monkeypatch.setattr(gates, "perf_counter", lambda: Sluggish.seconds)
    gate = by_name(subject(Sluggish()), GateRules(p99=budget))["latency"]
    assert (gate.passed, gate.figure) == (passed, "p99 1,001.0 ms")
