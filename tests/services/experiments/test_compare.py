"""A comparison is paired, looks once, shows both kinds of labels, and blocks what is not safe."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from core.errors import DataError, PromotionRefused, RetrainError
from core.model import Costs
from core.services.deployment import promote
from core.services.experiments import compare, comparison_inputs, jobs
from core.services.experiments.jobs import Compare
from core.services.onboarding.adjust import adjust
from core.store import audit, models
from core.store.annotation import tasks
from core.store.engine import reading, writing
from core.store.experiments import comparisons, holdouts
from tests.documents import errors_of
from tests.services.retrain_world import NAME, context, install, make, run_retrain, settle, table

OTHER = {"no": "yes", "yes": "no"}


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A workspace, its spec and the registry, with one trained challenger: version 2."""
    registry = install(monkeypatch)
    ws, spec = make(tmp_path / "home")
    run_retrain(ws, tmp_path / "work")
    return ws, spec, registry


def test_a_challenger_that_learned_the_change_is_better(world):
    ws, _, _ = world
    body = compare.compare(ws, NAME, by="eve")
    assert (body["champion"], body["challenger"], body["verdict"]) == ("1", "2", "better")
    assert body["given"] == body["corrected"]
    assert list(body["given"]) == ["roc_auc", "accuracy", "log_loss"]
    assert body["given"]["roc_auc"]["low"] > 0
    assert body["flips"]["fixed"] - body["flips"]["broken"] == round(
        200 * body["given"]["accuracy"]["difference"]
    )
    assert {gate["name"] for gate in body["gates"] if gate["passed"]} == {
        "schema", "leak", "determinism", "batch and single", "edge rows", "latency", "size",
        "clean environment", "replay of traffic", "fairness by segment",
    }  # fmt: skip
    assert {test["name"] for test in body["not_computed"]} == {"memory", "rollback rehearsal"}
    assert [part["column"] for part in body["segments"]] == ["town", "town"]
    assert compare.latest(ws, NAME) == body
    assert errors_of("compare", body) == []


def test_the_same_comparison_is_not_looked_at_again(world):
    ws, spec, _ = world
    first = compare.compare(ws, NAME, by="eve")
    assert compare.compare(ws, NAME, "2", by="bob") == first
    with reading(ws.engine) as session:
        assert len(comparisons.list_comparisons(session, spec.id)) == 1
        holdout = holdouts.latest(session, spec.id)
        assert [(look.look, look.challenger) for look in holdouts.looks(session, holdout.id)] == [(1, "2")]
        assert [entry.action for entry in audit.entries(session, spec.id)].count("compare") == 1


@pytest.mark.parametrize("change", [{"metric": "accuracy"}, {"threshold": 0.2}])
def test_another_measure_is_judged_anew_and_once(world, change):
    ws, spec, _ = world
    first = compare.compare(ws, NAME, by="eve")
    with writing(ws.engine) as session:
        models.replace(session, replace(spec, **change))
    second = compare.compare(ws, NAME, by="eve")
    assert second != first
    assert compare.compare(ws, NAME, by="eve") == second
    with reading(ws.engine) as session:
        assert len(comparisons.list_comparisons(session, spec.id)) == 2


def test_a_second_challenger_is_judged_at_a_stricter_level(world, tmp_path):
    ws, _, _ = world
    first = compare.compare(ws, NAME, by="eve")
    run_retrain(ws, tmp_path / "two", recipes=["extra_trees"])
    second = compare.compare(ws, NAME, "3", by="eve")
    assert (first["look"], second["look"]) == (1, 2)
    assert second["alpha"] == pytest.approx(first["alpha"] / 4)


def test_corrected_labels_decide_and_the_given_ones_stay_beside_them(world):
    ws, spec, _ = world
    before = compare.compare(ws, NAME, by="eve")
    given = table(1100)["_label"]
    settle(ws, spec, {f"r{n}": OTHER[given[n]] for n in range(900, 960)})
    after = compare.compare(ws, NAME, by="eve")
    assert after["given"] == before["given"]
    assert after["corrected"]["accuracy"] != after["given"]["accuracy"]
    assert after["gap"] == pytest.approx(
        after["corrected"]["roc_auc"]["difference"] - after["given"]["roc_auc"]["difference"]
    )
    assert after["look"] == before["look"] == 1
    assert 0 < after["reviewed"] <= after["disagreements"]


def test_a_leak_blocks_whatever_the_numbers_say(world):
    ws, spec, _ = world
    with writing(ws.engine) as session:
        from core.store.experiments import trials

        row = trials.by_version(session, spec.id, "2")
        row.params = {**row.params, "leak": {"keys": 1, "contents": 0, "passed": False}}
        session.add(row)
    body = compare.compare(ws, NAME, by="eve")
    assert body["verdict"] == "blocked"
    assert "leak" in body["sentence"]


def test_a_model_that_answers_otherwise_after_loading_is_blocked(world):
    ws, _, registry = world
    registry.models["2"].named_steps["model"].intercept_ += 1.0
    failed = [gate["name"] for gate in compare.compare(ws, NAME, by="eve")["gates"] if not gate["passed"]]
    assert failed == ["determinism"]


def test_disagreements_go_to_the_experts_blind_and_once(world):
    ws, spec, _ = world
    body = compare.compare(ws, NAME, by="eve")
    assert compare.send_disagreements(ws, NAME, by="eve") == body["disagreements"]
    assert compare.send_disagreements(ws, NAME, by="eve") == 0
    with reading(ws.engine) as session:
        assert tasks.counts(session, spec.id) == {"open": body["disagreements"]}


def test_without_a_challenger_there_is_nothing_to_compare(tmp_path):
    ws, _ = make(tmp_path / "home")
    with pytest.raises(RetrainError, match="no challenger"):
        compare.compare(ws, NAME, by="eve")
    with pytest.raises(RetrainError, match="Version 1 is in production"):
        compare.compare(ws, NAME, "1", by="eve")
    assert compare.latest(ws, NAME) is None


def test_the_finalist_is_the_best_of_the_last_data(world, tmp_path):
    ws, spec, _ = world
    run_retrain(ws, tmp_path / "two", recipes=["all"])
    two = comparison_inputs.pair(ws, NAME, None)
    with reading(ws.engine) as session:
        from core.store.experiments import trials

        models.spec(session, NAME)
        best = max(trials.list_trials(session, spec.id), key=lambda t: t.cv["roc_auc"]["value"])
    assert two.challenger == best.version


def trained(version, score, on=None, job_id="a", data=(1, 1)):
    """A row of the leaderboard."""
    return SimpleNamespace(
        status="trained", version=version, refit_of=None, on=on, job_id=job_id, score={"value": score},
        revision_id=data[0], holdout_id=data[1],
    )  # fmt: skip


def test_scores_of_a_search_and_of_a_retraining_are_never_held_against_each_other(world):
    """Folds of all rows flatter where the world has changed: the finalist of the search stayed unseen."""
    spec = world[1]
    again = trained("2", 0.9)
    searched = [trained("4", 0.6, "rows", "b"), trained("3", 0.5, "rows", "b")]
    assert comparison_inputs.finalist(spec, "1", [again, *searched]) == "3"  # as the search ranks them
    later = [trained("5", 0.7, job_id="c"), trained("6", 0.8, job_id="c")]
    assert comparison_inputs.finalist(spec, "1", [*searched, *later]) == "6"
    assert comparison_inputs.finalist(spec, "3", [again, *searched]) == "4"
    assert comparison_inputs.finalist(spec, "2", [again]) is None


def test_the_step_gives_the_document(world, tmp_path):
    ws, _, _ = world
    assert jobs.compare_on_holdout(context(ws, tmp_path, Compare))["comparison"] == compare.latest(ws, NAME)


def test_on_training_rows_the_champion_is_judged_by_its_out_of_fold_answers(tmp_path, monkeypatch):
    install(monkeypatch)
    ws, _ = make(tmp_path / "home", rows=500, trained=500)
    run_retrain(ws, tmp_path / "work")
    assert compare.compare(ws, NAME, by="eve")["verdict"] == "better"


def test_rows_of_one_group_say_less_and_the_document_says_so(world):
    ws, spec, _ = world
    by_rows = compare.compare(ws, NAME, by="eve")
    assert by_rows["dependence"]["groups"] is None
    assert 0 <= by_rows["dependence"]["p"] <= 1
    adjust(ws, NAME, "bob", group="town")
    with pytest.raises(PromotionRefused, match="before the column of groups changed"):
        promote.promote(ws, NAME, "2", by="eve", reason="better in both towns")
    with reading(ws.engine) as session:
        newest = audit.entries(session, spec.id)[0]
    assert (newest.person, newest.body) == ("bob", {"before": {"group": None}, "after": {"group": "town"}})
    body = compare.compare(ws, NAME, by="eve")
    why, metric = body["dependence"], body["metric"]
    assert (why["kind"].split()[0], why["group"], why["groups"]) == ("groups", "town", 2)
    assert why["sentence"] in body["sentence"]
    assert "Rows of one town belong together" in why["sentence"]
    wide, close = (document["corrected"][metric] for document in (body, by_rows))
    assert wide["high"] - wide["low"] > 3 * (close["high"] - close["low"])
    assert body["look"] == by_rows["look"] == 1
    assert errors_of("compare", body) == []
    adjust(ws, NAME, "bob", group=None)
    assert compare.compare(ws, NAME, by="eve")["dependence"] == by_rows["dependence"]


def test_only_a_column_that_every_row_has_can_say_what_it_belongs_to(world):
    with pytest.raises(DataError, match="no column 'machine'"):
        adjust(world[0], NAME, "bob", group="machine")


def test_a_comparison_that_took_every_row_by_itself_is_made_anew_at_the_same_look(world):
    ws, spec, _ = world
    body = compare.compare(ws, NAME, by="eve")
    with writing(ws.engine) as session:
        stored = comparisons.latest(session, spec.id)
        stored.body = {name: part for name, part in stored.body.items() if name != "dependence"}
        session.add(stored)
    again = compare.compare(ws, NAME, by="eve")
    assert (again["look"], again["dependence"]) == (1, body["dependence"])


def least(ws, **changes):
    """What is worth a promotion, changed."""
    adjust(ws, NAME, "eve", **changes)
    return compare.compare(ws, NAME, by="eve")


def test_a_gain_that_is_not_worth_it_is_not_better(world):
    ws, _, _ = world
    first = compare.compare(ws, NAME, by="eve")
    assert (first["verdict"], first["worth"]) == ("better", [])
    gain = first["corrected"]["roc_auc"]
    body = least(ws, least_gain=gain["high"] + 0.01)
    assert (body["verdict"], body["look"]) == ("small_gain", 1)
    assert [entry["shown"] for entry in body["worth"]] == [False]
    assert "not by what is worth a promotion" in body["sentence"]
    assert least(ws, least_gain=gain["low"] - 0.01)["verdict"] == "better"
    assert errors_of("compare", body) == []


def test_a_saving_that_is_worth_it_is_said_for_each_period(world):
    ws, _, _ = world
    costs = Costs(("no", "yes"), ((0, 10), (10, 0)), "EUR")
    adjust(ws, NAME, "eve", costs=costs)
    saved = compare.compare(ws, NAME, by="eve")["corrected"]["cost"]
    body = least(ws, least_saving=100 * saved["high"] + 1)
    assert body["verdict"] == "small_gain"
    assert body["worth"][0]["least"].endswith("EUR per 100 rows")
    assert least(ws, least_saving=100 * saved["low"] - 1)["verdict"] == "better"


def test_few_labels_of_the_rows_that_differ_decide_it_and_the_rest_is_withdrawn(world):
    ws, spec, _ = world
    first = compare.compare(ws, NAME, by="eve")
    assert first["review"] is None
    rows = compare.send_disagreements(ws, NAME, by="eve")
    inputs = comparison_inputs.read_inputs(ws, comparison_inputs.pair(ws, NAME, None))
    order = [inputs.rows["_id"].iloc[at] for at in compare._in_random_order(inputs)]
    assert order != sorted(order, key=list(inputs.rows["_id"]).index)
    challenger = dict(zip(inputs.rows["_id"], inputs.challenger.predicted, strict=True))
    settle(ws, spec, {row: spec.classes[challenger[row]] for row in order[:12]})
    body = compare.compare(ws, NAME, by="eve")
    assert {key: body["review"][key] for key in ("rows", "wins", "losses", "ties", "verdict")} == {
        "rows": rows, "wins": 12, "losses": 0, "ties": 0, "verdict": "better",
    }  # fmt: skip
    assert f"The other {rows - 12} need not be reviewed." in body["review"]["sentence"]
    assert errors_of("compare", body) == []
    assert compare.stop_reviewing(ws, NAME, "2", by="eve") == rows
    with reading(ws.engine) as session:
        assert tasks.counts(session, spec.id) == {}
        assert audit.entries(session, spec.id)[0].action == "stop reviewing disagreements"


def test_labels_of_rows_that_belong_together_are_no_evidence_one_by_one(world):
    ws, spec, _ = world
    with writing(ws.engine) as session:
        models.replace(session, replace(spec, roles=replace(spec.roles, group="town")))
    compare.send_disagreements(ws, NAME, by="eve")
    assert compare.compare(ws, NAME, by="eve")["review"] is None
