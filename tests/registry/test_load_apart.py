"""Broken here: a version is called loadable that needs what its requirements do not name."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline

from core.registry import trials
from core.registry.apart import child, load
from core.registry.load import download
from core.registry.trials import TrialRecord
from core.settings import Settings


@pytest.fixture
def version(settings: Settings, record: TrialRecord) -> str:
    return trials.log_trial(settings, record).version


@pytest.mark.processes
def test_a_version_answers_alike_where_only_its_requirements_are(
    settings: Settings, version: str, fitted: Pipeline, rows: pd.DataFrame
) -> None:
    made = load.load_apart(settings, "hotel", version, rows.fillna(0.0))
    assert (made.why, made.trouble) == ("", "")
    np.testing.assert_allclose(made.outputs, fitted.predict_proba(rows.fillna(0.0)))
    assert made.packages > 20
    assert made.memory > made.model >= 0
    assert made.seconds > 0

    requirements = Path(download(settings, "hotel", version), "requirements.txt")
    lines = [line for line in requirements.read_text().splitlines() if not line.startswith("scikit-learn")]
    required, missing = load.closure([*lines, "streamlit>=1"])
    assert "scikit-learn" not in {one.metadata["Name"] for one in load.closure(["pandas"])[0]}
    assert missing == []
    assert len(required) > made.packages


def test_what_is_not_installed_here_is_named(settings: Settings, version: str, rows: pd.DataFrame) -> None:
    assert load.closure(["pandas==0.1", "# none", ""])[1] == ["pandas==0.1"]


def test_only_the_required_packages_can_be_imported(tmp_path: Path) -> None:
    required, _ = load.closure(["packaging"])
    site = load.link(required, tmp_path / "site")
    assert (site / "packaging").is_symlink()
    assert not (site / "pandas").exists()


def test_the_child_writes_what_a_model_answers(
    tmp_path: Path, fitted: Pipeline, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlflow.sklearn

    monkeypatch.setattr(mlflow.sklearn, "load_model", lambda _folder: fitted)
    rows.fillna(0.0).to_pickle(tmp_path / "rows")
    child.main("[]", "folder", str(tmp_path / "rows"), str(tmp_path / "out"))
    found = json.loads((tmp_path / "out").read_text())
    np.testing.assert_allclose(found["outputs"], fitted.predict_proba(rows.fillna(0.0)))
    assert found["peak"] >= found["libraries"] > 0
