"""Broken here: a version answers others than the ids of its share, or without having been compared."""

import importlib.util

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Canary, ModelSpec
from core.services.deployment import champion
from core.services.deployment.canary import CanaryRefused, takes
from core.services.deployment.promote import promote, rollback
from core.services.deployment.serve import Follower
from core.services.onboarding.adjust import adjust
from core.settings import PROJECT as ROOT
from core.store import audit
from core.store.engine import reading
from tests.services.deployment.compared import compared
from tests.services.deployment.test_serve import Registry
from tests.services.retrain_world import NAME

ASKED = Canary("2", 0.3)


def allow(ws, spec, **changes):
    compared(ws, spec, "2")
    return adjust(ws, NAME, "eve", canary=ASKED, **changes)


def test_a_canary_stands_in_the_document_until_the_champion_is_another_one(world):
    ws, spec, _ = world
    assert champion.document(ws, NAME)["canary"] is None
    stored = allow(ws, spec)
    assert (stored.canary.version, stored.canary.share) == ("2", 0.3)
    assert ModelSpec.from_json(stored.id, stored.to_json()) == stored
    told = champion.document(ws, NAME)["canary"]
    with reading(ws.engine) as session:
        change = audit.entries(session, spec.id)[0]
    assert change.action == "change settings"
    assert told == {
        "version": "2",
        "uri": f"models:/{spec.registry_name}/2",
        "share": 0.3,
        "by": "eve",
        "since": change.created_at.isoformat(),
    }
    promote(ws, NAME, "2", by="eve", reason="better in both shops")
    assert champion.document(ws, NAME)["canary"] is None
    rollback(ws, NAME, by="eve", reason="worse on the tills")
    document = champion.document(ws, NAME)
    assert (document["version"], document["canary"]) == ("1", None)  # it was rolled back: it is not back
    allow(ws, spec)
    assert champion.document(ws, NAME)["canary"]["version"] == "2"
    adjust(ws, NAME, "eve", canary=None)
    assert champion.document(ws, NAME)["canary"] is None


@pytest.mark.parametrize(
    ("verdict", "canary", "because"),
    [
        (None, ASKED, "was not compared"),
        ("blocked", ASKED, "blocked by a test"),
        ("better", Canary("1", 0.3), "no champion beside"),
        ("better", Canary("2", 0.0), "cannot answer 0%"),
        ("better", Canary("2", 0.51), "cannot answer 51%"),
    ],
)
def test_who_may_not_answer_is_refused_with_the_reason(world, verdict, canary, because):
    ws, spec, _ = world
    if verdict is not None:
        compared(ws, spec, "2", verdict)
    with pytest.raises(CanaryRefused, match=because):
        adjust(ws, NAME, "eve", canary=canary)
    assert champion.document(ws, NAME)["canary"] is None


def test_where_two_people_must_agree_one_cannot_let_a_canary_answer(world):
    ws, spec, _ = world
    with pytest.raises(CanaryRefused, match="two people"):
        allow(ws, spec, second_person=True)


def test_the_share_is_met_and_is_another_for_each_version():
    ids = [f"c{number}" for number in range(20_000)]
    third = np.array([takes(Canary("3", 0.1), one) for one in ids])
    fourth = np.array([takes(Canary("4", 0.1), one) for one in ids])
    assert abs(third.mean() - 0.1) < 0.01
    assert abs((third & fourth).mean() - 0.01) < 0.005


@given(st.text(max_size=20), st.floats(0.01, 0.25), st.floats(0.25, 0.5))
def test_an_id_that_has_the_canary_keeps_it_when_the_share_grows(row_id, less, more):
    if takes(Canary("4", less), row_id):
        assert takes(Canary("4", more), row_id)


def test_the_server_lets_it_answer_its_ids_and_the_champion_where_it_cannot_be_loaded(world):
    ws, spec, _ = world
    stored = allow(ws, spec)
    registry = Registry(spec)
    made = Follower(ws, NAME, registry.champion, registry.open)
    for _ in range(2):
        made.follow()
    key = spec.roles.id
    rows = pd.DataFrame({key: [f"c{n}" for n in range(40)], "x": 1.0})
    parts = {part.served.version: part.columns for part in made.predict(rows)}
    mine = [number for number, row_id in enumerate(rows[key]) if takes(stored.canary, row_id)]
    assert 0 < len(mine) < 40
    assert parts["2"].index.tolist() == mine
    assert (parts["2"]["_prediction"] == spec.classes[1]).all()
    assert (parts["1"]["_prediction"] == spec.classes[0]).all()
    assert [part.served.version for part in made.predict(rows[["x"]])] == ["1"]
    registry.versions.pop("2")
    fresh = Follower(ws, NAME, registry.champion, registry.open)
    for _ in range(2):
        fresh.follow()
    assert [part.served.version for part in fresh.predict(rows)] == ["1"]
    assert "The canary, version 2, cannot be served" in fresh.problem


def test_the_example_for_programs_follows_the_same_rule(world):
    ws, spec, _ = world
    place = importlib.util.spec_from_file_location("example", ROOT / "docs" / "examples" / "canary.py")
    example = importlib.util.module_from_spec(place)
    place.loader.exec_module(example)
    assert example.version_for(champion.document(ws, NAME), "c1") == "1"
    canary = allow(ws, spec).canary
    document = champion.document(ws, NAME)
    for row_id in (f"c{number}" for number in range(100)):
        assert example.version_for(document, row_id) == ("2" if takes(canary, row_id) else "1")
