"""Broken here: a challenger is judged on rows that somebody learnt from or looked at too often."""

import pytest

from core.errors import RetrainError
from core.services.experiments import compare, jobs
from core.services.experiments.holdout import freeze, ledger
from core.services.experiments.holdout.ledger import HoldoutUsedUp
from core.services.experiments.jobs import Freshen
from core.store import audit
from core.store.engine import reading, writing
from core.store.experiments import comparisons, holdouts, trials
from tests.documents import errors_of
from tests.services.retrain_world import NAME, add, context, install, make, run_retrain, table

MORE = 250


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A workspace, its spec, and one trained challenger, version 2, that was compared on holdout 1."""
    install(monkeypatch)
    ws, spec = make(tmp_path / "home")
    run_retrain(ws, tmp_path / "work")
    compare.compare(ws, NAME, by="eve")
    return ws, spec


def bring(ws, spec, rows=MORE, **columns):
    """Newer labelled rows."""
    order = range(1100, 1100 + rows)
    frame = table(rows, seed=9).assign(_id=[f"n{n}" for n in range(rows)], _seq=order, **columns)
    add(ws, spec, "predictions", frame.assign(_chunk="rows-000011"), "more")
    return frame


def use_up(ws, spec):
    with writing(ws.engine) as session:
        current = holdouts.latest(session, spec.id)
        for number in range(6):
            holdouts.look(session, current.id, f"other {number}")


def test_a_fresh_holdout_is_of_newer_rows_alone_and_its_ledger_begins_anew(world):
    ws, spec = world
    bring(ws, spec)
    old = compare.latest(ws, NAME)
    made = freeze.freshen(ws, NAME, "eve")
    assert made == {
        "holdout": {"number": 2, "rows": MORE, "from": "row 0000001100", "to": "row 0000001349"},
        "replaces": 1, "looks": 1, "left_out": 0,
    }  # fmt: skip
    assert errors_of("freshen", made) == []
    new = compare.compare(ws, NAME, "2", by="eve")
    assert (old["holdout"]["number"], new["holdout"]["number"], new["look"]) == (1, 2, 1)
    assert new["leak"] == {"keys": 0, "contents": 0, "passed": True}
    with reading(ws.engine) as session:
        first, second = comparisons.list_comparisons(session, spec.id)
        assert (first.body["holdout"], first.holdout_id) == (old["holdout"], 1)
        assert second.holdout_id == 2
        entry = next(e for e in audit.entries(session, spec.id) if e.action == "holdout")
    assert entry.person == "eve"
    assert entry.body == {
        "number": 2, "rows": MORE, "from": "row 0000001100", "to": "row 0000001349",
        "replaces": 1, "looks": 1, "why": "asked for", "left_out": 0,
    }  # fmt: skip


def test_a_used_up_holdout_refuses_new_challengers_until_it_is_freshened(world, tmp_path):
    ws, spec = world
    run_retrain(ws, tmp_path / "two", recipes=["extra_trees"])
    before = compare.compare(ws, NAME, "2", by="eve")
    use_up(ws, spec)
    assert ledger.budget(ws, NAME).is_used_up
    with pytest.raises(HoldoutUsedUp, match="Holdout 1 is used up: 7 looks") as refused:
        compare.compare(ws, NAME, "3", by="eve")
    assert refused.value.http_status == 409
    with reading(ws.engine) as session:
        assert len(holdouts.looks(session, 1)) == 7
    assert compare.compare(ws, NAME, "2", by="eve") == before
    bring(ws, spec)
    freeze.freshen(ws, NAME, "eve")
    assert compare.compare(ws, NAME, "3", by="eve")["look"] == 1
    assert ledger.budget(ws, NAME).challengers == ("3",)


def test_the_budget_lets_in_whom_it_knows(world):
    ws, spec = world
    assert ledger.budget(ws, NAME).lets("3")
    use_up(ws, spec)
    known = ledger.budget(ws, NAME)
    assert (known.lets("2"), known.lets("3"), known.lets(None)) == (True, False, False)


def test_too_few_newer_rows_are_refused_with_their_number(world):
    ws, spec = world
    bring(ws, spec, 199)
    with pytest.raises(RetrainError, match="199 labelled rows are newer"):
        freeze.freshen(ws, NAME, "eve")
    with reading(ws.engine) as session:
        assert holdouts.latest(session, spec.id).number == 1


def test_rows_that_copy_older_ones_are_left_out(world):
    ws, spec = world
    old = table(1100).iloc[500:510]
    frame = table(MORE, seed=9)
    copies = {name: [*old[name], *frame[name].iloc[10:]] for name in ("a", "b", "town")}
    bring(ws, spec, **copies)
    assert (made := freeze.freshen(ws, NAME, "eve"))["left_out"] == 10
    assert made["holdout"]["rows"] == MORE - 10


def test_without_a_holdout_there_is_nothing_to_freshen(tmp_path):
    ws, _ = make(tmp_path / "home")
    with pytest.raises(RetrainError, match="No holdout"):
        freeze.freshen(ws, NAME, "eve")
    assert ledger.budget(ws, NAME) is None


def test_what_a_refit_has_learnt_from_is_in_no_fresh_holdout(world):
    ws, spec = world
    bring(ws, spec, 500)
    with writing(ws.engine) as session:
        row = trials.by_version(session, spec.id, "2")
        row.params = {**row.params, "refit_of": "1", "until": "row 0000001299"}
        session.add(row)
    made = freeze.freshen(ws, NAME, "eve")["holdout"]
    assert (made["rows"], made["from"]) == (300, "row 0000001300")


def test_a_version_that_learnt_from_the_newer_rows_is_blocked_on_them(world):
    ws, spec = world
    bring(ws, spec)
    freeze.freshen(ws, NAME, "eve")
    with writing(ws.engine) as session:
        row = trials.by_version(session, spec.id, "2")
        row.params = {**row.params, "until": "row 0000001199"}
        row.created_at = holdouts.latest(session, spec.id).created_at
        session.add(row)
    body = compare.compare(ws, NAME, "2", by="eve")
    assert (body["verdict"], body["leak"]) == ("blocked", {"keys": 100, "contents": 100, "passed": False})


def test_the_step_freshens(world, tmp_path):
    ws, spec = world
    bring(ws, spec)
    made = jobs.freshen_holdout(context(ws, tmp_path, Freshen))["freshened"]
    assert made["holdout"]["number"] == 2
