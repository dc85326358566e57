"""Broken here: a registered model whose classes are written otherwise than the labels scores everything 0."""

from dataclasses import replace

import mlflow
import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier

from core.errors import SchemaError
from core.registry import store
from core.registry.models import set_champion
from core.registry.open_version import open_version
from core.registry.rename_classes import Renamed, rename_output
from core.services.dataset import rows
from core.services.experiments.compare import compare
from core.services.ingestion.ingest import ingest_frame
from core.services.onboarding.connect_model import connect_table
from core.settings import Settings
from core.store.engine import writing
from core.store.experiments import holdouts
from core.store.tables import Holdout
from core.store.workspace import open_workspace
from core.tables.roles.requested_roles import UnsureRole
from core.tables.table import Table
from core.tables.values.align_probabilities import align_probabilities
from tests.services.onboarding.test_foreign_champion import FRAME, REQUEST, X, Y, sales

NAMES = np.where(Y == 1, "leaves", "stays")
MEANS = {"leaves": "1", "stays": "0"}


@pytest.fixture
def ws(tmp_path):
    opened = open_workspace(Settings(home=tmp_path, trusted_models=("outside",)))
    yield opened
    opened.engine.dispose()


def register(ws, model, form):
    """A version that a person registers with MLflow."""
    opened = store.client(ws.settings)
    with mlflow.start_run(experiment_id=store.experiment(opened, ws.settings, "outside")) as run:
        mlflow.sklearn.log_model(
            model,
            name="model",
            serialization_format=form,
            pip_requirements=["mlflow"],
            signature=infer_signature(X.astype(float), model.predict(X)),
        )
    version = mlflow.register_model(f"runs:/{run.info.run_id}/model", "outside", await_registration_for=0)
    return str(version.version)


def connect(ws, **means):
    columns = replace(REQUEST.columns, means=means)
    request = replace(REQUEST, model="models:/outside@champion", columns=columns)
    return connect_table(ws, request, Table(FRAME, "sales.parquet"))


@pytest.mark.parametrize("form", ["skops", "cloudpickle"])
def test_other_names_of_the_classes_are_asked_for_and_hold_from_then_on(ws, form):
    model = FixedThresholdClassifier(LogisticRegression(), threshold=0.2, pos_label="leaves").fit(X, NAMES)
    set_champion(ws.settings, "outside", register(ws, model, form), None)
    with pytest.raises(UnsureRole, match="are 'leaves' and 'stays', the labels '0' and '1'") as question:
        connect(ws)
    assert question.value.option == "--means"
    assert question.value.choices[0].roles["means"] == MEANS
    with pytest.raises(SchemaError, match="knows the classes 1, stays"):
        connect(ws, leaves="1")
    spec = connect(ws, **MEANS)
    ingest_frame(ws, "shop", sales(60, first=1000), "more.parquet")
    stored = rows(ws, spec)
    assert len(stored) == 360
    assert ((stored["_score_1"] >= 0.2) == (stored["_prediction"] == "1")).all()  # its own threshold
    assert (stored["_prediction"] == stored["_label"]).mean() > 0.75
    version = open_version(ws.settings, spec, "1")
    assert set(version.estimator.predict(version.as_input(X.astype(float)))) == {"0", "1"}


def test_what_a_person_registers_is_compared_under_the_names_of_the_labels(ws):
    set_champion(ws.settings, "outside", register(ws, LogisticRegression().fit(X, NAMES), "skops"), None)
    spec = connect(ws, **MEANS)
    challenger = register(ws, LogisticRegression(C=0.01).fit(X, NAMES), "cloudpickle")
    labels = rows(ws, spec).set_index("_id")["_label"].tail(150).to_dict()
    with writing(ws.engine) as session:
        frozen = Holdout(model_id=spec.id, number=len(labels), keys_hash="k", first="150", last="299")
        holdouts.add(session, frozen, labels)
    document = compare(ws, "shop", challenger, by="eve")
    gates = {gate["name"]: gate["passed"] for gate in document["gates"]}
    [leak] = [gate["detail"] for gate in document["gates"] if gate["name"] == "leak"]
    assert "was not trained here" in leak
    assert gates["schema"]
    assert gates["determinism"]
    assert document["given"]["roc_auc"]["challenger"] > 0.8


def test_classes_that_are_none_of_the_labels_are_refused_instead_of_scored_zero():
    with pytest.raises(SchemaError, match="leaves, stays are none of 0, 1"):
        align_probabilities(np.array([[0.3, 0.7]]), ["leaves", "stays"], ["0", "1"])


def test_renaming_touches_names_only():
    model = Renamed(LogisticRegression().fit(X, NAMES), MEANS)
    assert model.classes_.tolist() == ["1", "0"]
    assert model.coef_.shape == (1, 2)
    assert set(model.predict(X)) == {"0", "1"}
    table = pd.DataFrame({"label": ["leaves", "stays"], "leaves": [0.9, 0.2]})
    assert rename_output(table, MEANS).to_dict("list") == {"label": ["1", "0"], "1": [0.9, 0.2]}
    numbers = np.array([0.2, 0.9])
    assert rename_output(numbers, MEANS) is numbers
