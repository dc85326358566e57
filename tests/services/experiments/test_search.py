"""A search is the same however often it is killed, repeats nothing, and only its finalists are registered."""

from contextlib import suppress
from dataclasses import replace

import pytest

from core.errors import RetrainError
from core.services.experiments import register_trial, retrain
from core.services.experiments.jobs import Search
from core.services.experiments.search import finalists, next_steps, planner, search_steps, search_views
from core.services.experiments.search.board import Board
from core.services.experiments.search.planner import Outlook
from core.store import models
from core.store.engine import reading
from core.store.experiments import trials
from tests.documents import errors_of
from tests.services.retrain_world import NAME, Killed, context, install, make, make_numbers, settle, table

FAST = ("logistic_regression", "nearest_neighbours")


@pytest.fixture
def registry(monkeypatch):
    return install(monkeypatch)


@pytest.fixture
def world(tmp_path):
    return make(tmp_path / "home")


def limited(monkeypatch, most):
    """A search that ends after so many experiments of its own, in place of after some minutes."""
    monkeypatch.setattr(
        Board, "is_enough", lambda board: sum(result.mine for result in board.results.values()) >= most
    )


def search(ws, work, job_id="job-1", **args):
    """The four steps of the job, as a worker runs them; gives the merged state."""
    state = {}
    steps = (search_steps.prepare, search_steps.search, finalists.fit, register_trial.register)
    for step in steps:
        ctx = context(ws, work, job=Search, step_state=dict(state), **{"recipes": FAST, **args})
        object.__setattr__(ctx, "job_id", job_id)
        state |= step(ctx)
    return state


def rows_of(ws):
    with reading(ws.engine) as session:
        return trials.list_trials(session, models.spec(session, NAME).id)


def test_a_search_judges_many_and_registers_few(world, registry, tmp_path, monkeypatch):
    ws, _ = world
    limited(monkeypatch, 9)
    made = search(ws, tmp_path / "work", parts=("models", "data"))
    assert made["searched"]["tried"] == 9
    document = {key: made[key] for key in ("searched", "trials", "revision", "holdout")}
    assert errors_of("search", document) == []
    assert errors_of("search", {**document, "searched": {"tried": 9}})
    rows = rows_of(ws)
    assert rows[0].params["search"]["stage"] == "champion"
    assert {row.recipe for row in rows} >= set(FAST)
    versions = [row for row in rows if row.version]
    assert {row.version for row in versions} == {trial["version"] for trial in made["trials"]}
    assert 1 <= len(versions) <= 4 < len(rows)
    assert len(registry.runs) == len(versions)
    best = search_views.state(ws, NAME).best
    assert best.version
    assert best.value >= max(row.cv["roc_auc"]["value"] for row in rows if row.recipe in FAST and row.version)
    effects = [row.params["search"]["effect"] for row in rows]
    assert all(e["low"] < e["difference"] < e["high"] for e in effects if e)
    assert any(effects)


def test_what_was_tried_is_looked_up_and_the_next_search_goes_on(world, registry, tmp_path, monkeypatch):
    ws, _ = world
    limited(monkeypatch, 7)
    search(ws, tmp_path / "one")
    before = {row.fingerprint for row in rows_of(ws)}
    second = search(ws, tmp_path / "two", job_id="job-2")
    fresh = [row for row in rows_of(ws) if row.fingerprint not in before and row.recipe != "stack"]
    assert second["searched"]["known"] == 7
    assert len(fresh) == second["searched"]["tried"] == 7
    assert len({row.fingerprint for row in rows_of(ws)}) == len(rows_of(ws))
    state = search_views.state(ws, NAME)
    stacks = sum(row.recipe == "stack" and row.job_id == "job-2" for row in rows_of(ws))
    assert (state.job, state.tried) == ("job-2", 7 + stacks)
    assert sum(not line.mine for line in state.lines) >= 7


POINTS = [
    (search_steps, "open_board"),
    (Board, "start"),
    (Board, "_judge"),
    (Board, "keep"),
    (Board, "_close"),
    (finalists, "_keep"),
    (finalists, "_stack"),
    (register_trial, "_record"),
    (register_trial.trials, "finish"),
]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point[1])
def test_killed_anywhere_it_ends_with_the_same_experiments(world, registry, tmp_path, point, monkeypatch):
    ws, _ = world
    limited(monkeypatch, 3)
    target, name = point
    real, calls = getattr(target, name), []

    def dying(*args, **kwargs):
        calls.append(1)
        result = real(*args, **kwargs)
        if len(calls) == 2 or (len(calls) == 1 and name in {"open_board", "_stack"}):
            raise Killed
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(target, name, dying)
        # of one finalist there is no second call: the search ends, and the rerun must change nothing
        with suppress(Killed):
            search(ws, tmp_path / "work", parts=("models",))
    assert calls
    search(ws, tmp_path / "work", parts=("models",))
    rows = [row for row in rows_of(ws) if row.recipe != "stack"]
    assert [row.status for row in rows if row.status in {"running", "failed"}] == []
    assert len(rows) == 3
    assert len({row.version for row in rows if row.version}) == sum(bool(row.version) for row in rows)


def test_minutes_that_are_over_end_it_with_what_there_is(world, registry, tmp_path):
    ws, _ = world
    made = search(ws, tmp_path / "work", minutes=1e-9)
    assert made["searched"]["ended"] == "the minutes were over"
    assert [trial["recipe"] for trial in made["trials"]] == ["logistic_regression"]


def test_a_person_may_finish_it(world, registry, tmp_path):
    ws, _ = world
    search_views.finish(ws, "job-9")
    work = ws.settings.run / "jobs" / "job-9"
    with pytest.raises(RetrainError, match="Not one"):
        search(ws, work, job_id="job-9")


def test_numbers_are_searched_too(tmp_path, registry, monkeypatch):
    ws, _ = make_numbers(tmp_path / "home")
    limited(monkeypatch, 4)
    made = search(ws, tmp_path / "work", recipes=("ridge", "nearest_neighbours"))
    best = made["trials"][0]
    assert best["cv"]["mae"]["value"] < 8


def test_an_unknown_recipe_is_refused_before_anything_is_entered(world, registry, tmp_path):
    ws, _ = world
    with pytest.raises(RetrainError, match="magic"):
        search(ws, tmp_path / "work", recipes=("magic",))
    assert rows_of(ws) == []


@pytest.mark.parametrize(
    ("causes", "first"),
    [(("inside",), "newest"), (("mix",), "decay"), (("mix", "inside"), "decay"), ((), None)],
)
def test_what_health_named_decides_what_is_tried_first(world, registry, tmp_path, causes, first):
    """The relation turned: the newest window first; the mix moved: weights; else other recipes first."""
    ws, _ = world
    state = search_steps.prepare(context(ws, tmp_path / "w", job=Search))
    board = search_steps.open_board(ws, context(ws, tmp_path / "w", job=Search, step_state=state))
    champion = planner.Candidate("logistic_regression", stage="champion")
    outlook = Outlook(champion, FAST, ("models", "data"), causes)
    plan = planner.candidates(outlook, board)
    assert next(plan) == champion
    second = next(plan)
    assert (second.treatment.kind if first else second.recipe) == (first or "nearest_neighbours")


def test_columns_are_changed_one_at_a_time_and_what_helps_is_put_together(
    world, registry, tmp_path, monkeypatch
):
    ws, _ = world
    state = search_steps.prepare(context(ws, tmp_path / "w", job=Search))
    board = search_steps.open_board(ws, context(ws, tmp_path / "w", job=Search, step_state=state))
    champion = planner.Candidate("logistic_regression", stage="champion")
    outlook = Outlook(champion, FAST, ("features", "data"), ("inside",), moved=("b", "gone"))
    board.attempt(champion)
    plan = list(planner.changes(outlook, board, champion))
    assert [one.features[0].kind for one in plan] == ["without", "products"]
    assert plan[0].features[0].columns == ("b",)
    made = [board.attempt(one) for one in plan]
    assert all(one.effect["low"] < one.effect["difference"] < one.effect["high"] for one in made)
    assert not list(planner.together(board, champion))
    window = board.attempt(next(planner.treatments(outlook, board, champion)))
    for one in (made[1], window):
        board.results[one.fingerprint] = replace(
            one, effect={**one.effect, "difference": 0.02, "low": 0.01, "p": 0.001}
        )
    both = next(planner.together(board, champion))
    assert (both.features, both.treatment.kind) == (plan[1].features, "newest")
    assert planner.Candidate.from_json(both.recipe, both.to_json()).key == both.key


def test_experts_and_suspects_become_treatments_only_where_there_are_enough(world, registry, tmp_path):
    ws, spec = world
    given = table(1100)["_label"]
    kinds = []
    for n in (9, 10):
        settle(ws, spec, {f"r{k}": given[k] for k in range(n)})
        state = search_steps.prepare(context(ws, tmp_path / f"w{n}", job=Search))
        board = search_steps.open_board(ws, context(ws, tmp_path / f"w{n}", job=Search, step_state=state))
        outlook = Outlook(planner.Candidate("logistic_regression"), FAST, ("data",))
        kinds.append([c.treatment.kind for c in planner.treatments(outlook, board, outlook.champion)])
    assert kinds == [[], ["experts_weighted", "corrected_only"]]


def test_questions_measure_and_never_win(world, registry, tmp_path):
    ws, _ = world
    assert next_steps.next_steps(ws, NAME) == []
    state = search_steps.prepare(context(ws, tmp_path / "w", job=Search))
    board = search_steps.open_board(ws, context(ws, tmp_path / "w", job=Search, step_state=state))
    best = board.attempt(planner.Candidate("logistic_regression", stage="champion"))
    assert [step.act for step in next_steps.next_steps(ws, NAME)] == ["search", "questions"]
    plan = list(planner.questions(board))
    assert [one.treatment.amount for one in plan[:2]] == [0.5, 0.25]
    assert plan[2].features[0].columns == ("a",)
    made = [board.attempt(one) for one in plan]
    assert not any(one.scored for one in made[:2])
    assert board.best() in [best, *made[2:]]
    assert made[2].effect["high"] < 0
    assert search_views.state(ws, NAME).best.may_be_best
    board_rows = retrain.leaderboard(ws, NAME)
    assert board_rows.loc[board_rows["status"] == "stopped", "value"].isna().all()
    assert retrain.tried_recipes(ws, NAME, 1) == set()
    assert any("a carries the model" in step.sentence for step in next_steps.next_steps(ws, NAME))
