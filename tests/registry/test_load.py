import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
import skops.io
from PIL import Image
from sklearn.base import BaseEstimator
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline

from core.errors import RegistryError, StoreError, UntrustedModel
from core.model import ModelSpec, Roles
from core.registry import files, load, store, trials
from core.settings import Settings
from core.training.features import PixelFeatures, TableFeatures

HOTEL = ModelSpec(1, "m", "binary", "record", ("no", "yes"), Roles("y"), "hotel", "roc_auc", 0.02, "month")


class Stranger(BaseEstimator):  # type: ignore[misc]
    """A type from outside the allow-list."""


def test_a_file_with_a_strange_type_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = files.save(Stranger(), tmp_path / "model.skops")
    strange = skops.io.get_untrusted_types(file=path)[0]
    with pytest.raises(UntrustedModel, match="Stranger"):
        files.read(Settings(home=tmp_path), path)
    trusting = Settings(home=tmp_path, trusted_model_types=(strange.rpartition(".")[0],))
    assert isinstance(files.read(trusting, path), BaseEstimator)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    path.write_bytes(b"\x80\x04 pickled or not")
    with pytest.raises(UntrustedModel, match="not a model file"):
        files.read(Settings(home=tmp_path), path)


@pytest.mark.parametrize("model", [HistGradientBoostingClassifier(max_iter=3), ExtraTreesClassifier(3)])
def test_images_and_trees_come_back_as_they_were(tmp_path: Path, model: Any) -> None:
    table = pd.DataFrame({"picture": [_picture(shade) for shade in range(0, 250, 5)]})
    fitted = make_pipeline(PixelFeatures(), model).fit(table, ["dark", "light"] * 25)
    loaded = files.read(Settings(home=tmp_path), files.save(fitted, tmp_path / "model.skops"))
    np.testing.assert_array_equal(loaded.predict_proba(table), fitted.predict_proba(table))


@pytest.mark.parametrize("other", [b"core.retraining.", b"caretaker.core.training."])
def test_a_file_that_names_our_modules_as_another_caretaker_does_loads_as_here(
    tmp_path: Path, other: bytes
) -> None:
    table = pd.DataFrame({"size": range(20)})
    fitted = make_pipeline(TableFeatures(numeric=("size",)), ExtraTreesClassifier(3))
    fitted.fit(table, ["a", "b"] * 10)
    newer = files.save(fitted, tmp_path / "newer.skops")
    older = tmp_path / "older.skops"
    with ZipFile(newer) as source, ZipFile(older, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"core.training.", other))
    assert any(name.startswith(other.decode()) for name in skops.io.get_untrusted_types(file=older))
    loaded = files.read(Settings(home=tmp_path), older)
    np.testing.assert_array_equal(loaded.predict_proba(table), fitted.predict_proba(table))


def test_a_pickled_version_is_refused_and_a_missing_one_is_named(settings: Any, fitted: Any) -> None:
    opened = store.client(settings)
    experiment = store.experiment(opened, settings, "hotel")
    with mlflow.start_run(experiment_id=experiment):
        info = mlflow.sklearn.log_model(
            fitted, name="model", serialization_format="cloudpickle", pip_requirements=["scikit-learn"]
        )
    mlflow.register_model(f"models:/{info.model_id}", "hotel", await_registration_for=0)
    with pytest.raises(UntrustedModel, match="pickle"):
        load.load_estimator(settings, "hotel", "1")
    with pytest.raises(RegistryError, match="Version 7 of hotel"):
        load.load_estimator(settings, "hotel", "7")


def test_a_champion_of_an_older_caretaker_is_refused_with_the_way_out(
    settings: Any, record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = trials.log_trial(settings, record)
    monkeypatch.setattr(TableFeatures, "FORMAT", TableFeatures.FORMAT + 1)
    with pytest.raises(RegistryError, match="another version of Caretaker") as refused:
        load.load_estimator(settings, "hotel", logged.version)
    assert "retrain" in refused.value.hint


SERVE = """
import sys, mlflow, pandas as pd
mlflow.set_tracking_uri(sys.argv[1])
print(mlflow.pyfunc.load_model(sys.argv[2]).predict(pd.read_json(sys.argv[3], orient="split"))[:2])
"""


@pytest.mark.processes
def test_a_version_answers_where_caretaker_is_not_installed(
    settings: Any, record: Any, rows: Any, tmp_path: Path
) -> None:
    logged = trials.log_trial(settings, record)
    rows.fillna(0.0).to_json(tmp_path / "rows.json", orient="split")
    arguments = [settings.mlflow, f"models:/hotel/{logged.version}", str(tmp_path / "rows.json")]
    served = subprocess.run(
        [sys.executable, "-c", SERVE, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "['no' 'no']" in served.stdout, served.stderr


def _picture(shade: int) -> bytes:
    written = BytesIO()
    Image.fromarray(np.full((4, 4), shade, dtype=np.uint8)).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(
    ("file", "bytes_of", "said"),
    [
        ("MLmodel", b"{{ : no yaml", "cannot be opened"),
        ("MLmodel", None, "cannot be opened|is gone"),
        ("model.skops", None, "model.skops is gone"),
    ],
)
def test_a_version_whose_files_are_damaged_or_gone_is_named(settings, record, file, bytes_of, said):
    logged = trials.log_trial(settings, record)
    [path] = settings.artifacts.rglob(file)
    path.unlink() if bytes_of is None else path.write_bytes(bytes_of)
    for loads, name in ((load.load_estimator, "hotel"), (load.load_model, HOTEL)):
        with pytest.raises(RegistryError, match=said) as refused:
            loads(settings, name, logged.version)
        assert "hotel version 1" in refused.value.message


def test_a_store_that_is_damaged_or_away_is_named(settings):
    (settings.home / "mlflow.db").write_bytes(b"garbage " * 512)
    with pytest.raises(StoreError, match=r"mlflow\.db is damaged"):
        store.client(settings)
    with pytest.raises(RegistryError, match="nonsense://x does not answer") as refused:
        store.client(settings.model_copy(update={"mlflow_uri": "nonsense://x"}))
    assert "CARETAKER_MLFLOW_URI" in refused.value.hint
