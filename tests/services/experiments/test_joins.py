"""Broken here: a joined column was not known at the prediction, or a promoted version cannot look it up."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import VotingRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline

import core.registry.trials
from core.errors import DataError, RetrainError, SchemaError
from core.model import ModelSpec, Roles
from core.services import dataset
from core.services.experiments import refit, retrain
from core.services.experiments.comparison_inputs import pair, read_inputs
from core.services.experiments.gates.joined_rows import check_joined, joined_steps, judge_known
from core.services.experiments.jobs import Refit
from core.services.experiments.joins.join import JoinRequest, join
from core.services.experiments.joins.remove import remove
from core.services.experiments.search import search_views
from core.services.version_predictions import VersionPredictions
from core.settings import Settings
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.experiments import deployments, trials
from core.store.ingestion import batches
from core.store.tables import Deployment
from core.store.workspace import open_workspace
from core.training.joined.joined_columns import JoinedColumns
from tests.documents import errors_of
from tests.services.retrain_world import (
    NAME,
    ROWS,
    TRAINED,
    add,
    context,
    install,
    run_retrain,
    run_search,
    table,
)
from tests.services.trend_world import promote_better

DAY = pd.Timedelta(1, "D")


@pytest.fixture
def registry(monkeypatch):
    return install(monkeypatch)


@pytest.fixture
def world(tmp_path):
    """One row a day of 40 customers, whom the log names without learning from the name."""
    ws = open_workspace(Settings(home=tmp_path / "home"))
    roles = Roles(label="y", id="id", time="at", features=("a", "b", "town"), group="customer")
    plain = ModelSpec(
        0, NAME, "binary", "record", ("no", "yes"), roles, NAME, "roc_auc", 0.02, "100",
        recipe="logistic_regression",
    )  # fmt: skip
    with writing(ws.engine) as session:
        spec = models.add(session, plain)
        deployments.record_first(session, spec.id, "1", person="tester", data_until="300")
    rng = np.random.default_rng(3)
    frame = table(ROWS).assign(
        _time=pd.Timestamp("2020-01-01") + np.arange(ROWS) * DAY,
        customer=pd.Series(rng.integers(0, 40, ROWS).astype(str), dtype=object),
    )
    frame = frame.astype({"_time": "datetime64[us]"})
    add(ws, spec, "training", frame.head(TRAINED))
    add(ws, spec, "predictions", frame.iloc[TRAINED:])
    return ws, spec, frame


def source(frame, path, lag=1, **columns):
    """What each customer did, known `lag` days before the next row: it follows the label."""
    rng = np.random.default_rng(4)
    truth = (frame["_label"] == "yes").to_numpy()
    made = pd.DataFrame(
        {
            "who": frame["customer"].astype(int),
            "measured": frame["_time"] - lag * DAY,
            "signal": truth + rng.normal(scale=0.5, size=len(frame)),
            "mood": np.where(rng.random(len(frame)) < 0.5, "good", "bad"),
        }
    ).assign(**columns)
    made.to_csv(path, index=False)
    return JoinRequest(str(path), "who", "customer", "measured", "visits")


def spec_of(ws):
    with reading(ws.engine) as session:
        return models.spec(session, NAME)


def test_a_source_is_joined_measured_and_goes_with_the_version(world, registry, tmp_path, monkeypatch):
    ws, _, frame = world
    document = join(ws, NAME, source(frame, tmp_path / "s.csv"), by="eve")
    assert errors_of("joined", document) == []
    assert (document["columns"], document["left_out"], document["same"]) == (["signal", "mood"], [], False)
    assert document["share"] == pytest.approx(1.0)
    run_search(ws, tmp_path / "work", monkeypatch)
    lines = {line.stage: line for line in search_views.state(ws, NAME).lines}
    line = lines["features"]
    assert line.what == "Logistic regression, with visits.signal, visits.mood"
    assert line.effect[1] > 0
    assert line.version
    # whoever has the version can score: the rows of the lake have neither the columns nor the source
    (tmp_path / "s.csv").unlink()
    spec = spec_of(ws)
    two = pair(ws, NAME, line.version)
    inputs = read_inputs(ws, two)
    assert inputs.challenger.probabilities.shape == (len(inputs.rows), 2)
    with reading(ws.engine) as session:
        batch = batches.live(session, spec.id)[-1]
    predicted = pd.read_parquet(VersionPredictions(ws, spec, line.version).of_batch(batch))
    model = registry.models[line.version]
    rows = dataset.rows(ws, spec, part="log")
    X = dataset.features(spec, rows, model)
    assert {"customer", "at"} <= set(X.columns)
    assert np.allclose(predicted["_score_1"], model.predict_proba(X)[:, 1])
    (gate,) = check_joined(ws, spec, model, inputs.rows)
    assert (gate.name, gate.passed) == ("joined source visits", True)
    assert "rows must bring customer and at" in gate.detail
    now = X.assign(customer="no such")
    assert not np.allclose(model.predict_proba(X), model.predict_proba(now))


def test_the_same_rows_are_never_tried_twice_and_new_ones_are(world, registry, tmp_path, monkeypatch):
    ws, _, frame = world
    request = source(frame, tmp_path / "s.csv")
    first = join(ws, NAME, request, by="eve")
    run_search(ws, tmp_path / "one", monkeypatch)
    assert join(ws, NAME, request, by="eve")["same"]
    again = run_search(ws, tmp_path / "two", monkeypatch, job_id="job-2")
    assert (again["searched"]["tried"], again["searched"]["known"]) == (0, 2)
    newer = join(ws, NAME, source(frame, tmp_path / "s.csv", lag=2), by="eve")
    assert (newer["same"], newer["digest"] == first["digest"]) == (False, False)
    assert [one.digest for one in spec_of(ws).joined] == [newer["digest"]]
    third = run_search(ws, tmp_path / "three", monkeypatch, job_id="job-3")
    assert third["searched"]["tried"] == 1
    with reading(ws.engine) as session:
        entries = audit.entries(session, spec_of(ws).id, actions=["join source"])
        tried = [row.params["search"]["features"] for row in trials.list_trials(session, spec_of(ws).id)]
    assert [entry.body["digest"] for entry in entries] == [newer["digest"], first["digest"]]
    digests = [one["digest"] for features in tried for one in features]
    assert digests == [first["digest"], newer["digest"]]


def test_a_search_starts_from_the_newest_rows_of_what_the_champion_reads(
    world, registry, tmp_path, monkeypatch
):
    ws, spec, frame = world
    join(ws, NAME, source(frame, tmp_path / "s.csv"), by="eve")
    made = run_search(ws, tmp_path / "one", monkeypatch)
    version = made["trials"][0]["version"]
    with writing(ws.engine) as session:
        promotion = Deployment(
            model_id=spec.id, kind="promote", version=version, reason="it is", person="eve"
        )
        deployments.conclude(session, deployments.intend(session, promotion).id, "done")
    newer = join(ws, NAME, source(frame, tmp_path / "s.csv", lag=3), by="eve")
    run_search(ws, tmp_path / "two", monkeypatch, most=1, job_id="job-2")
    with reading(ws.engine) as session:
        newest = trials.list_trials(session, spec.id)[-1].params["search"]
    assert newest["stage"] == "champion"
    assert [one["digest"] for one in newest["features"]] == [newer["digest"]]


def test_what_could_not_be_known_is_left_out_with_the_evidence(world, tmp_path):
    ws, _, frame = world
    truth = (frame["_label"] == "yes").astype(float)
    request = source(frame, tmp_path / "s.csv", outcome=truth, closed=frame["_time"] + 9 * DAY)
    document = join(ws, NAME, request, by="eve")
    why = {one["column"]: one["why"] for one in document["left_out"]}
    assert set(why) == {"outcome", "closed"}
    assert "It says the label" in why["outcome"]
    assert "later than the prediction in 1,100 of 1,100 rows" in why["closed"]
    assert document["columns"] == ["signal", "mood"]


def test_coverage_is_told_by_period(world, tmp_path):
    ws, _, frame = world
    old = frame[frame["_time"] < pd.Timestamp("2020-01-01") + 600 * DAY]
    known = old[old["customer"].astype(int) < 20]
    request = JoinRequest(str(tmp_path / "s.csv"), "who", "customer", name="s")
    made = pd.DataFrame({"who": known["customer"].unique()})
    made.assign(age=range(len(made))).to_csv(request.address, index=False)
    document = join(ws, NAME, request, by="eve")
    periods = document["coverage"]
    assert periods[0]["period"] == "training rows"
    assert sum(one["rows"] for one in periods) == ROWS
    expected = frame["customer"].astype(int) < 20
    assert periods[0]["known"] == expected.head(TRAINED).sum()
    assert document["share"] == pytest.approx(expected.mean())


def test_what_is_after_the_prediction_is_not_known(world, tmp_path):
    """Joined a day after each row, a customer's newest value is the one of the row before."""
    ws, _, frame = world
    document = join(ws, NAME, source(frame, tmp_path / "s.csv", lag=-1), by="eve")
    first = frame.groupby("customer")["_time"].transform("min") + DAY
    assert document["share"] == pytest.approx((frame["_time"] > first).mean())


def test_a_source_that_does_not_fit_is_refused_with_what_to_do(world, tmp_path):
    ws, _, frame = world
    request = source(frame, tmp_path / "s.csv")
    with pytest.raises(SchemaError, match="keeps no column 'who'"):
        join(ws, NAME, JoinRequest(request.address, "who"), by="eve")
    with pytest.raises(SchemaError, match="keys stand twice"):
        join(ws, NAME, JoinRequest(request.address, "who", "customer"), by="eve")
    with pytest.raises(SchemaError, match="No row of the log is known"):
        join(ws, NAME, JoinRequest(request.address, "who", "town", "measured"), by="eve")
    pd.DataFrame({"who": range(40), "y": 1}).to_csv(tmp_path / "c.csv", index=False)
    with pytest.raises(DataError, match="Nothing of c can be learnt"):
        join(ws, NAME, JoinRequest(str(tmp_path / "c.csv"), "who", "customer"), by="eve")
    assert spec_of(ws).joined == ()


def test_a_removed_source_is_offered_no_more_and_its_trials_do_not_come_back(
    world, registry, tmp_path, monkeypatch
):
    ws, _, frame = world
    join(ws, NAME, source(frame, tmp_path / "s.csv"), by="eve")
    run_search(ws, tmp_path / "one", monkeypatch)
    remove(ws, NAME, "visits", "eve")
    assert spec_of(ws).joined == ()
    with pytest.raises(DataError, match="no joined source 'visits'"):
        remove(ws, NAME, "visits", "eve")
    made = run_search(ws, tmp_path / "two", monkeypatch, most=9, job_id="job-2")
    assert made["searched"]["tried"] == 0
    assert [trial["status"] for trial in made["trials"]] == ["trained"]


def test_a_source_that_knows_the_newest_rows_less_is_told_before_a_promotion():
    step = JoinedColumns("k", None, "d").keep(pd.Series(["a"]), None, pd.DataFrame({"s.x": [1.0]}))
    assert judge_known(step, 0.95, 0.86).passed
    gate = judge_known(step, 0.95, 0.84)
    assert (gate.passed, gate.figure, gate.limit) == (False, "84.0 %", "85.0 %")
    assert judge_known(step, 0.05, 0.0).passed
    assert judge_known(step, 0.95, None).passed is None


def test_a_stack_tells_of_the_sources_of_its_members():
    step = JoinedColumns("k", None, "d").keep(pd.Series(["a"]), None, pd.DataFrame({"s.x": [1.0]}))
    member = Pipeline([("columns1", step), ("model", LinearRegression())])
    X = pd.DataFrame({"k": ["a", "a", "a"]})
    frozen = FrozenEstimator(Pipeline([("columns1", clone(step).fit(X)), ("model", LinearRegression())]))
    stack = VotingRegressor([("member1", frozen)])
    stack.estimators_ = [frozen]
    assert [one.digest for one in joined_steps(stack)] == ["d"]
    assert [one.digest for one in joined_steps(member)] == ["d"]
    assert list(joined_steps(LinearRegression())) == []


def test_trained_again_and_refitted_it_reads_the_source_as_before_and_says_where_it_cannot(
    world, registry, tmp_path, monkeypatch
):
    ws, spec, frame = world
    monkeypatch.setattr(core.registry.trials, "log_trial", registry.log_trial)
    request = source(frame, tmp_path / "s.csv")
    join(ws, NAME, request, by="eve")
    run_search(ws, tmp_path / "work", monkeypatch)
    [line] = [one for one in search_views.state(ws, NAME).lines if one.stage == "features"]
    promote_better(ws, spec, line.version)
    assert retrain.read_champion(ws, NAME).sources == {"visits"}
    done = {}
    for step in (refit.fit_all, refit.register):
        done |= step(context(ws, tmp_path / "refit", Refit, step_state=dict(done)))
    assert done["passed"], done["gates"]
    refitted = max(registry.models, key=int)
    assert refitted != line.version
    [before], [after] = (list(joined_steps(registry.models[one])) for one in (line.version, refitted))
    assert after.digest == before.digest
    # the source has changed since: its newest rows are read
    pd.read_csv(request.address).assign(mood="good").to_csv(request.address, index=False)
    made = run_retrain(ws, tmp_path / "again")
    [trial] = made["trials"]
    [step] = joined_steps(registry.models[trial["version"]])
    assert (made["problems"], trial["status"]) == ([], "trained")
    assert (step.numbers, step.kinds) == (("visits.signal",), ())
    (tmp_path / "s.csv").unlink()
    made = run_retrain(ws, tmp_path / "once more")
    [problem] = made["problems"]
    assert problem.startswith("visits was not read again, its rows are those of before: ")
    assert made["trials"][0]["status"] == "reused"
    remove(ws, NAME, "visits", by="eve")
    with pytest.raises(RetrainError, match="visits is not joined any more"):
        run_retrain(ws, tmp_path / "gone")
