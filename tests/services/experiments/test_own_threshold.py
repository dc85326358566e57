"""Broken here: a model that decides at its own threshold is judged at the largest probability."""

import warnings
from dataclasses import replace

import mlflow
import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV

from core.jobs import foreground
from core.model import Costs
from core.registry import store
from core.registry.models import set_champion
from core.services.dataset import rows
from core.services.experiments import comparison_inputs
from core.services.experiments.compare import compare
from core.services.ingestion.ingest import ingest_frame
from core.services.monitoring import monitor
from core.services.onboarding.adjust import adjust
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.draft import record
from core.services.onboarding.jobs import Try
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.stats.metrics import METRICS
from core.store.engine import reading
from core.store.experiments import trials
from core.store.workspace import open_workspace
from core.tables.roles.requested_roles import RequestedRoles
from core.tables.table import Table
from tests.services.retrain_world import NAME, install, make, run_retrain

REQUEST = ConnectRequest(
    "shop", RequestedRoles(label="y", id="id", time="day", positive="yes"), chunk="month", metric="recall"
)


def sales(n=600, first=0):
    """One row in nine is a yes, and hardly ever the more probable class."""
    rng = np.random.default_rng(first)
    a = rng.normal(size=n)
    return pd.DataFrame(
        {
            "id": [f"r{first + i}" for i in range(n)],
            "day": pd.date_range("2020-01-01", periods=n // 4).repeat(4),
            "a": a,
            "y": np.where(a + rng.normal(scale=1.2, size=n) > 2, "yes", "no"),
        }
    )


FRAME = sales()
X, Y = FRAME[["a"]], FRAME["y"].to_numpy(dtype=object)
FIXED = FixedThresholdClassifier(LogisticRegression(), threshold=0.1, pos_label="yes").fit(X, Y)
TUNED = TunedThresholdClassifierCV(LogisticRegression(), scoring="balanced_accuracy", random_state=0).fit(
    X, Y
)


class Chances(mlflow.pyfunc.PythonModel):
    """Classes and probabilities side by side."""

    def predict(self, model_input):
        """The decision, then what it was made from."""
        chances = FIXED.predict_proba(model_input)
        return pd.DataFrame(chances, columns=["no", "yes"]).assign(decision=FIXED.predict(model_input))


class Classes(mlflow.pyfunc.PythonModel):
    """Only classes."""

    def predict(self, model_input):
        """The decision."""
        return FIXED.predict(model_input)


@pytest.fixture
def ws(tmp_path):
    opened = open_workspace(Settings(home=tmp_path, trusted_models=("outside",)))
    yield opened
    opened.engine.dispose()


def register(ws, model, **how):
    """Log and register; the champion of "outside"."""
    opened = store.client(ws.settings)
    how |= {"name": "model", "pip_requirements": ["mlflow"], "signature": infer_signature(X, Y)}
    with (
        mlflow.start_run(experiment_id=store.experiment(opened, ws.settings, "outside")) as run,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # no type hints, no input example
        if isinstance(model, mlflow.pyfunc.PythonModel):
            mlflow.pyfunc.log_model(python_model=model, **how)
        else:
            mlflow.sklearn.log_model(model, **how)
    mlflow.register_model(f"runs:/{run.info.run_id}/model", "outside", await_registration_for=0)
    set_champion(ws.settings, "outside", "1", None)


SKOPS = {"serialization_format": "skops"}
TRUSTED = [
    "sklearn.metrics._classification.balanced_accuracy_score",
    "sklearn.metrics._scorer._CurveScorer",
    "sklearn.metrics._scorer._Scorer",
    "sklearn.utils._metadata_requests.MetadataRequest",
    "sklearn.utils._metadata_requests.MethodMetadataRequest",
]


@pytest.mark.parametrize(
    ("model", "how"),
    [
        (FIXED, SKOPS),
        (TUNED, SKOPS | {"skops_trusted_types": TRUSTED}),
        (FIXED, {"serialization_format": "cloudpickle"}),
        (TUNED, {"serialization_format": "cloudpickle", "pyfunc_predict_fn": "predict_proba"}),
        (Chances(), {}),
        (Classes(), {}),
    ],
)
def test_a_champion_is_judged_by_its_own_decisions(ws, model, how):
    """The recall was near nought at the largest probability, where the model itself finds most of them."""
    register(ws, model, **how)
    spec = connect_table(ws, replace(REQUEST, model="models:/outside@champion"), Table(FRAME, "f"))
    ingest_frame(ws, "shop", sales(200, first=1000), "more.parquet")
    stored = rows(ws, spec)
    decides = TUNED if model is TUNED else FIXED
    wanted = decides.predict(stored[["a"]])
    assert (wanted == "yes").mean() > 0.1
    assert stored["_prediction"].tolist() == wanted.tolist()
    if not isinstance(model, Classes):
        assert stored["_score_1"].to_numpy() == pytest.approx(decides.predict_proba(stored[["a"]])[:, 1])
    first = stored[stored["_chunk"] == "2020-01"]
    recall = (first["_prediction"] == "yes")[first["_label"] == "yes"].mean()
    assert monitor.refresh(ws, "shop")["chunks"][0]["realised"]["recall"]["value"] == pytest.approx(recall)


def test_the_test_of_the_card_model_asks_any_model_of_the_registry(ws, tmp_path):
    """Models of other formats could be connected, but the button Test refused them."""
    register(ws, FIXED, serialization_format="cloudpickle")
    FRAME.to_csv(tmp_path / "sales.csv", index=False)
    made = record.start(ws, "eve")
    said = {"name": "shop", "address": str(tmp_path / "sales.csv"), "choices": {"label": "y"}}
    record.save(ws, made.id, **said, way="registry", model="models:/outside@champion")
    job = Try(draft=made.id, card="model")
    tried = foreground.run(ws.settings, job, lambda _done, _said: None)["tried"]
    assert tried["rows"]["prediction"] == FIXED.predict(X.head(5)).tolist()


def test_the_predictions_of_a_log_are_used_as_they_are_also_beside_scores(ws):
    scored = FRAME.assign(said=FIXED.predict(X), p=FIXED.predict_proba(X)[:, 1])
    wanted = replace(REQUEST.columns, prediction="said", score="p")
    spec = connect_table(ws, replace(REQUEST, columns=wanted), Table(scored, "f"))
    assert (
        rows(ws, spec).set_index("_id").loc[scored["id"], "_prediction"].tolist() == scored["said"].tolist()
    )


def test_a_file_with_scores_and_without_the_decisions_is_not_decided_at_the_largest_score(ws):
    """The champion is asked; without one the missing column is named."""
    register(ws, FIXED, **SKOPS)
    scored = FRAME.assign(said=FIXED.predict(X), p=FIXED.predict_proba(X)[:, 1])
    wanted = replace(REQUEST.columns, prediction="said", score="p")
    request = replace(REQUEST, columns=wanted, model="models:/outside@champion")
    spec = connect_table(ws, request, Table(scored, "f"))
    more = sales(200, first=1000)
    ingest_frame(ws, "shop", more.assign(p=FIXED.predict_proba(more[["a"]])[:, 1]), "more")
    stored = rows(ws, spec)
    assert stored["_prediction"].tolist() == FIXED.predict(stored[["a"]]).tolist()


def deciding():
    """What a user configures: a recipe that decides at its own threshold."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression())
    return FixedThresholdClassifier(model, threshold=0.9, pos_label="yes")


def test_an_own_recipe_is_compared_by_its_own_decisions(tmp_path, monkeypatch):
    """At a threshold of .9 it says yes to few rows, on the holdout, in the folds and in the gates."""
    install(monkeypatch)
    ws, _ = make(tmp_path / "home")
    settings = ws.settings.model_copy(update={"estimators": {"mine": f"{__name__}:deciding"}})
    object.__setattr__(ws, "settings", settings)
    made = run_retrain(ws, tmp_path / "work", recipes=["entry:mine"])
    assert made["trials"][0]["status"] == "trained"
    version = made["trials"][0]["version"]
    seen = comparison_inputs.read_inputs(ws, comparison_inputs.pair(ws, NAME, version))
    decided = seen.challenger.predicted
    assert (decided == (seen.challenger.probabilities[:, 1] >= 0.9)).all()
    assert (decided != seen.challenger.probabilities.argmax(axis=1)).any()
    again = comparison_inputs.read_inputs(ws, comparison_inputs.pair(ws, NAME, version))
    assert again.challenger.predicted.tolist() == decided.tolist()
    document = compare(ws, NAME, version, by="eve")
    truth = (seen.given_labels == "yes").to_numpy().astype(int)
    assert document["given"]["accuracy"]["challenger"] == pytest.approx((decided == truth).mean())
    assert document["given"]["accuracy"]["champion"] == METRICS["accuracy"].of_rows(truth, seen.champion)
    assert {gate["name"]: gate["passed"] for gate in document["gates"]}["determinism"]


def test_the_champion_is_compared_by_the_decisions_in_its_log(tmp_path, monkeypatch):
    """The world's champion says yes above .7 only."""
    from tests.services import retrain_world

    def stricter(count, seed=0, plain=retrain_world.table):
        frame = plain(count, seed)
        return frame.assign(_prediction=np.where(frame["_score_1"] > 0.7, "yes", "no"))

    monkeypatch.setattr(retrain_world, "table", stricter)
    install(monkeypatch)
    ws, _ = make(tmp_path / "home")
    made = run_retrain(ws, tmp_path / "work", recipes=["logistic_regression"])
    seen = comparison_inputs.read_inputs(ws, comparison_inputs.pair(ws, NAME, made["trials"][0]["version"]))
    assert (seen.champion.predicted == (seen.champion.probabilities[:, 1] > 0.7)).all()


def test_a_threshold_of_the_model_decides_for_both_in_a_comparison_and_in_the_folds(tmp_path, monkeypatch):
    """Its own decisions are kept beside: without the threshold they count again."""
    install(monkeypatch)
    ws, _ = make(tmp_path / "home")
    spec = adjust(ws, NAME, "eve", threshold=0.7, metric="recall")
    made = run_retrain(ws, tmp_path / "work", recipes=["logistic_regression"])
    (trial,) = made["trials"]
    assert trial["cv"]["recall"]["value"] < 0.6  # at one half nearly all are found
    for threshold in (0.7, 0.4, None):
        adjust(ws, NAME, "eve", threshold=threshold)
        seen = comparison_inputs.read_inputs(ws, comparison_inputs.pair(ws, spec.name, trial["version"]))
        for side in (seen.champion, seen.challenger):
            assert (side.predicted == (side.probabilities[:, 1] >= (threshold or 0.5))).all()


def test_what_is_trained_decides_from_the_threshold_that_the_costs_ask_for(tmp_path, monkeypatch):
    """A missed yes costs nine false alarms: scores that are right are decided best from a tenth on."""
    fake = install(monkeypatch)
    ws, _ = make(tmp_path / "home")
    adjust(ws, NAME, "eve", costs=Costs(("no", "yes"), ((0, 1), (9, 0)), "EUR"), metric="cost")
    made = run_retrain(ws, tmp_path / "work", recipes=["logistic_regression"])
    (trial,) = made["trials"]
    threshold = fake.models[trial["version"]][-1].threshold
    assert threshold == pytest.approx(0.1, abs=0.06)
    seen = comparison_inputs.read_inputs(ws, comparison_inputs.pair(ws, NAME, trial["version"]))
    assert (seen.challenger.predicted == (seen.challenger.probabilities[:, 1] >= threshold)).all()
    with reading(ws.engine) as session:
        assert trials.by_version(session, 1, trial["version"]).params["threshold"] == threshold
