"""Broken here: a champion of another library cannot be asked, or a file that runs code is opened."""

import sys
import warnings
from dataclasses import replace

import lightgbm
import mlflow
import mlflow.lightgbm
import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

from core.errors import RegistryError, SchemaError, UntrustedModel
from core.registry import store
from core.registry.models import set_champion
from core.services.dataset import rows
from core.services.ingestion.ingest import ingest_frame
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.services.operations import doctor
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.requested_roles import RequestedRoles, UnsureRole
from core.tables.table import Table

REQUEST = ConnectRequest("shop", RequestedRoles(label="y", id="id", time="day", positive="1"), chunk="month")


def sales(n=300, first=0):
    rng = np.random.default_rng(first)
    a = rng.normal(size=n)
    return pd.DataFrame(
        {
            "id": [f"r{first + i}" for i in range(n)],
            "day": pd.date_range("2020-01-01", periods=n),
            "a": a,
            "n": rng.integers(0, 9, n),
            "y": (a + rng.normal(scale=0.4, size=n) > 0).astype(int),
        }
    )


FRAME = sales()
X, Y = FRAME[["a", "n"]], FRAME["y"]
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # whole numbers in a signature, no type hints
    SIGNATURE = infer_signature(X, Y)

    class Own(mlflow.pyfunc.PythonModel):
        """Code of a stranger, or our own."""

        def predict(self, model_input):
            """The probability of the positive class."""
            return np.where(model_input["a"] > 0, 0.9, 0.1)

    class Turned(Own):
        """It gives the probability of the other class."""

        def predict(self, model_input):
            """The probability of 0."""
            return 1 - super().predict(model_input)


@pytest.fixture
def ws(tmp_path):
    opened = open_workspace(Settings(home=tmp_path))
    yield opened
    opened.engine.dispose()


def log(ws, kind):
    """Log a model of that kind in a run; gives the run's id."""
    opened = store.client(ws.settings)
    how = {"name": "model", "pip_requirements": ["mlflow"], "signature": SIGNATURE}
    with mlflow.start_run(experiment_id=store.experiment(opened, ws.settings, "outside")) as run:
        if kind == "booster":
            model = lightgbm.train({"objective": "binary", "verbosity": -1}, lightgbm.Dataset(X, Y), 20)
            mlflow.lightgbm.log_model(model, **how)
        elif kind == "lightgbm":
            mlflow.lightgbm.log_model(lightgbm.LGBMClassifier(n_estimators=20, verbosity=-1).fit(X, Y), **how)
        elif kind == "pickle":
            model = LogisticRegression().fit(X, Y)
            mlflow.sklearn.log_model(model, serialization_format="cloudpickle", **how)
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # no input example
                model = Turned() if kind == "turned" else Own()
                mlflow.pyfunc.log_model(python_model=model, **how)
    return run.info.run_id


def register(ws, kind):
    mlflow.register_model(f"runs:/{log(ws, kind)}/model", "outside", await_registration_for=0)
    set_champion(ws.settings, "outside", "1", None)


def connect(ws, model="models:/outside@champion", frame=FRAME):
    return connect_table(ws, replace(REQUEST, model=model), Table(frame, "sales.parquet"))


@pytest.mark.parametrize("kind", ["booster", "lightgbm"])
def test_a_lightgbm_champion_answers_the_first_file_and_the_next(ws, kind):
    register(ws, kind)
    spec = connect(ws)
    ingest_frame(ws, "shop", sales(60, first=1000), "more.parquet")
    stored = rows(ws, spec)
    assert len(stored) == 360
    assert stored["_version"].eq("1").all()
    assert stored["_score_1"].between(0, 1).all()
    assert (stored["_prediction"] == stored["_label"]).mean() > 0.8
    assert monitor.refresh(ws, "shop")["chunks"][0]["realised"]["roc_auc"]["value"] > 0.8


@pytest.mark.parametrize("kind", ["own", "pickle"])
def test_a_file_that_can_run_code_is_opened_only_when_its_name_is_trusted(ws, kind, tmp_path):
    register(ws, kind)
    with pytest.raises(UntrustedModel, match="can run any code") as refused:
        connect(ws)
    assert "CARETAKER_TRUSTED_MODELS" in refused.value.hint
    assert "outside" in refused.value.hint
    trusting = open_workspace(Settings(home=tmp_path, trusted_models=("out*",)))
    spec = connect(trusting)
    stored = rows(trusting, spec)
    trusting.engine.dispose()
    assert (stored["_prediction"] == stored["_label"]).mean() > 0.8
    assert stored["_score_1"].notna().all()


def test_the_model_of_a_run_is_registered_once_under_the_new_name(ws):
    uri = f"runs:/{log(ws, 'booster')}/model"
    spec = connect(ws, uri)
    assert connect(ws, uri) == spec
    assert spec.registry_name == "shop"
    opened = store.client(ws.settings)
    assert [each.version for each in opened.search_model_versions("name='shop'")] in (["1"], [1])
    assert opened.get_model_version_by_alias("shop", "champion").version in ("1", 1)


def test_a_run_with_code_is_refused_before_anything_is_registered(ws):
    uri = f"runs:/{log(ws, 'own')}/model"
    with pytest.raises(UntrustedModel):
        connect(ws, uri)
    assert not store.client(ws.settings).search_registered_models()


def test_a_run_that_does_not_exist_is_named(ws):
    with pytest.raises(RegistryError, match="cannot be read"):
        connect(ws, "runs:/0123456789abcdef0123456789abcdef/model")


def test_a_column_that_the_model_needs_is_named(ws):
    register(ws, "booster")
    with pytest.raises(SchemaError, match="needs the columns n"):
        connect(ws, frame=FRAME.drop(columns="n"))


def test_a_probability_of_the_other_class_is_asked_about(ws, tmp_path):
    """A model of one number is read as the probability of the positive class, which was only guessed."""
    register(ws, "turned")
    trusting = open_workspace(Settings(home=tmp_path, trusted_models=("out*",)))
    guessing = replace(
        REQUEST, model="models:/outside@champion", columns=replace(REQUEST.columns, positive=None)
    )
    with pytest.raises(UnsureRole, match="is least sure of '1' where it is the label: AUC 0") as asked:
        connect_table(trusting, guessing, Table(FRAME, "sales.parquet"))
    assert asked.value.option == "--positive"
    said = replace(guessing, columns=replace(REQUEST.columns, positive="0"))
    spec = connect_table(trusting, said, Table(FRAME, "sales.parquet"))
    stored = rows(trusting, spec)
    trusting.engine.dispose()
    assert (stored["_prediction"] == stored["_label"]).mean() > 0.8


def test_a_trusted_model_whose_module_is_missing_is_named(ws, tmp_path, monkeypatch):
    folder = tmp_path / "team"
    folder.mkdir()
    (folder / "team_scorer.py").write_text(
        "import mlflow.pyfunc\n"
        "class Scorer(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, model_input):\n"
        "        return model_input['a'] > 0\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    import team_scorer

    store.client(ws.settings)
    monkeypatch.setattr(sys.modules[__name__], "Own", team_scorer.Scorer)
    register(ws, "own")
    monkeypatch.delitem(sys.modules, "team_scorer")
    monkeypatch.setattr(sys, "path", [each for each in sys.path if each != str(folder)])
    trusting = open_workspace(Settings(home=tmp_path, trusted_models=("outside",)))
    with pytest.raises(RegistryError, match="needs the Python module team_scorer") as refused:
        connect(trusting)
    assert "PYTHONPATH" in refused.value.hint
    trusting.engine.dispose()


def test_the_doctor_opens_a_trusted_champion_as_the_work_does(ws, tmp_path):
    register(ws, "pickle")
    trusting = open_workspace(Settings(home=tmp_path, trusted_models=("outside",)))
    connect(trusting)
    found = [check for check in doctor.examine(trusting.settings) if check.area == "model"]
    trusting.engine.dispose()
    assert {check.state for check in found} == {"ok", "watch"}
    assert any("it can be loaded" in check.detail for check in found)
