"""Broken here: the pictures of production say something else than the record, or know the future."""

import pytest

from core.errors import DataError
from core.services.deployment import promote
from core.services.operations.dossier.make import known_versions
from core.services.operations.production import decision, lineage
from core.services.operations.production.timeline import timeline
from core.store.chain.position import position
from core.store.engine import writing
from core.store.monitoring import findings
from core.store.types import now
from tests.services.deployment.compared import compared
from tests.services.retrain_world import NAME, install, make


@pytest.fixture
def world(tmp_path, monkeypatch):
    ws, spec = make(tmp_path / "home", rows=450)
    install(monkeypatch)
    return ws, spec


def say(ws, spec, sentence, opened="2020-01-01"):
    alert = {"rule": "performance", "opened": opened, "sentence": "accuracy fell"}
    body = {"status": "red", "sentence": sentence, "computed_at": "2026-03-01", "alerts": [alert]}
    with writing(ws.engine) as session:
        findings.write(session, spec.id, "f", body, now(), headline={})


def test_each_stay_ends_where_the_next_begins_and_marks_are_in_order(world):
    ws, spec = world
    compared(ws, spec, "2")
    promote.promote(ws, NAME, "2", by="eve", reason="better in both shops")
    promote.rollback(ws, NAME, by="bob", reason="the site was slow")
    past = timeline(ws, NAME)
    assert [stay.version for stay in past.stays] == ["1", "2", "1"]
    assert [stay.until for stay in past.stays] == [past.stays[1].start, past.stays[2].start, None]
    assert [mark.kind for mark in past.marks] == ["first version", "promotion", "rollback"]
    assert "the site was slow" in past.marks[-1].sentence


def test_an_override_is_a_mark_of_its_own_and_old_alarms_are_counted(world):
    ws, spec = world
    say(ws, spec, "It fell.")
    compared(ws, spec, "2", "worse")
    promote.promote(ws, NAME, "2", by="eve", reason="law asks for it", override="safety_or_law")
    past = timeline(ws, NAME)
    assert (past.marks[-1].kind, past.earlier) == ("override", 1)
    say(ws, spec, "It fell.", opened="2999-01-01")
    assert [mark.kind for mark in timeline(ws, NAME).marks][-1] == "alarm"


def test_a_decision_tells_what_was_known_then_and_nothing_later(world):
    ws, spec = world
    say(ws, spec, "It fell in May.")
    compared(ws, spec, "2")
    promote.promote(ws, NAME, "2", by="eve", reason="better in both shops")
    number = timeline(ws, NAME).stays[-1].number
    before = dict(decision.describe(ws, NAME, number).facts)
    say(ws, spec, "All is well.")
    compared(ws, spec, "3")
    facts = dict(decision.describe(ws, NAME, number).facts)
    assert facts == before
    assert (facts["Who"], facts["Health said"], facts["In production"]) == (
        "eve",
        "It fell in May.",
        "version 1",
    )
    assert facts["On record"].startswith("2 deliveries, 0 experiments, 1 comparison,")
    with pytest.raises(DataError, match="no deployment 99"):
        decision.describe(ws, NAME, 99)


def test_lineage_has_a_line_for_each_deployment(world):
    ws, spec = world
    compared(ws, spec, "2")
    promote.promote(ws, NAME, "2", by="eve", reason="better in both shops")
    lines = lineage.lineage(ws, NAME)
    assert lines["version"].tolist() == ["1", "2"]
    assert lines["verdict"].tolist()[1] == "better"
    assert known_versions(ws, NAME) == ["2", "1"]


def test_the_position_changes_with_every_decision_and_not_without(world):
    ws, spec = world
    before = position(ws.engine)
    say(ws, spec, "It fell.")
    assert position(ws.engine) == before
    compared(ws, spec, "2")
    assert position(ws.engine) != before
