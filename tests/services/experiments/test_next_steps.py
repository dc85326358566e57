"""After "no": what would help, ranked by gain for each minute, every number with its interval."""

from dataclasses import replace

import pytest

from core.services.experiments.search import next_steps, planner
from core.store.annotation import suspects
from core.store.experiments import trials
from core.store.tables import Scan, Trial
from core.training.search.derivations import Derivation
from core.training.treatments.treatment import Treatment
from tests.services.retrain_world import NAME, make

SENTENCES = """
Search on: the last 3 min of tuning gained 0.03 in Ranking (AUC), to 0.75 (0.7 to 0.8).
Search without b: without each it predicts better (without b it gains 0.02, 0.01 to 0.03).
More labels would help: the second half of them gained 0.02 (0.01 to 0.03); \
100 more would gain about 0.01 (0.005 to 0.015, if the curve goes on so).
a carries the model (without a it loses 0.1, 0.08 to 0.12): \
look for more columns of that kind, or a finer one.
About 3 % (2 to 5) of the labels are wrong by the newest scan: \
no model can be seen to be better than that leaves room for. 40 suspects wait.
"""


@pytest.fixture
def world(tmp_path):
    return make(tmp_path / "home")


def row(number, candidate, value, effect=None, status="scored"):
    """A trial of a search, as far as the next steps read it."""
    search = {**candidate.to_json(), "on": "d", "rows": 100, "effect": effect}
    cv = {"roc_auc": {"value": value, "low": value - 0.05, "high": value + 0.05}}
    return Trial(
        id=number, recipe=candidate.recipe, status=status, cv=cv, params={"search": search}, seconds=60.0
    )


def effect(difference, low, high):
    """Of one thing in which a trial differs from trial 1."""
    return {"versus": 1, "difference": difference, "low": low, "high": high, "p": 0.01}


def test_every_number_of_a_next_step_has_its_interval_and_the_most_a_minute_comes_first(world, monkeypatch):
    ws, _ = world
    best = planner.Candidate("logistic_regression", stage="champion")
    asked = replace(best, stage="question")
    half, quarter = (replace(asked, treatment=Treatment("sample", share)) for share in (0.5, 0.25))
    a, b = (replace(asked, features=(Derivation("without", (name,)),)) for name in ("a", "b"))
    tuned = [row(10 + n, replace(best, stage="tuned"), 0.7 + 0.01 * n) for n in range(6)]
    rows = [
        row(1, best, 0.80),
        row(2, half, 0.78, effect(-0.02, -0.03, -0.01)),
        row(3, quarter, 0.74, effect(-0.06, -0.08, -0.04)),
        row(4, a, 0.70, effect(-0.10, -0.12, -0.08)),
        row(5, b, 0.82, effect(0.02, 0.01, 0.03)),
        *tuned,
    ]
    monkeypatch.setattr(trials, "of_newest_search", lambda _session, _model: rows)
    scan = Scan(model_id=1, rows=1000, summary={"errors": {"value": 30.0, "low": 20.0, "high": 50.0}})
    scan.summary |= {"rows": 1000, "flagged": 40}
    monkeypatch.setattr(suspects, "latest", lambda _session, _model: scan)
    steps = next_steps.next_steps(ws, NAME)
    assert [step.act for step in steps] == ["search", "search", "relabel", "data", "suspects"]
    assert "\n".join(step.sentence for step in steps) == SENTENCES.strip()
    ranked = [step.gain.per_minute for step in steps if step.gain]
    assert ranked == sorted(ranked, reverse=True)
