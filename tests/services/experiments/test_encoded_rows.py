"""A search encodes what neither it nor a search for wrong labels has encoded, and reads the rest."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline

from core.jobs.spec import quiet
from core.model import ModelSpec, Roles
from core.services.experiments.recipes.encoded_rows import encode_rows
from core.services.label_errors.embeddings import embed
from core.settings import Settings
from core.store.workspace import open_workspace
from core.training.encoders.encoded import EncodedText, Encoding
from core.training.encoders.encoder import ENCODERS, Encoder

ROLES = Roles("label", features=("note",), item="note")
SPEC = ModelSpec(1, "notes", "binary", "text", ("no", "yes"), ROLES, "n", "roc_auc", 0.02, "100")


@pytest.fixture
def shown(monkeypatch):
    texts = []

    def encode(items):
        texts.extend(items)
        return np.array([[len(text), 1.0] for text in items], dtype=np.float32)

    monkeypatch.setitem(ENCODERS, "text", Encoder("letters", "text", 2, lambda: encode))
    monkeypatch.setattr(EncodedText, "ENCODING", Encoding(lambda: encode, 2))
    return texts


def test_what_either_has_encoded_the_other_reads(shown, tmp_path):
    ws = open_workspace(Settings(home=tmp_path))
    pipeline = Pipeline([("encoder", EncodedText())])
    notes = pd.DataFrame({"note": pd.Series(["a", "bb", None, "a"], dtype=object)})
    embed(ws, SPEC, notes.head(1), quiet)
    for _ in range(2):
        encode_rows(ws, SPEC, notes, pipeline, quiet)
    assert shown == ["a", "bb"]
    assert EncodedText.ENCODING.vectors(["bb", None, "a"])[:, 0].tolist() == [2, 0, 1]
    assert embed(ws, SPEC, notes, quiet).vectors[:, 0].tolist() == [1, 2, 0, 1]
    assert shown == ["a", "bb"]


def test_other_pipelines_are_left_alone(shown, tmp_path):
    ws = open_workspace(Settings(home=tmp_path))
    encode_rows(
        ws, replace(SPEC, item="record"), pd.DataFrame({"x": [1]}), Pipeline([("other", None)]), quiet
    )
    encode_rows(ws, SPEC, pd.DataFrame({"note": ["a"]}), Pipeline([("other", None)]), quiet)
    assert shown == []
