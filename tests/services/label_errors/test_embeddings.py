"""A search with an encoder: each item encoded once, whatever is stopped or damaged, and a voter that sees."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import RetrainError
from core.jobs.spec import Cancelled, quiet
from core.lake.media import embeddings as kept
from core.lake.paths import training_file
from core.lake.write import write_rows
from core.model import ModelSpec, Roles
from core.services.encoded_items import IN_A_FILE
from core.services.label_errors import suspect_list
from core.services.label_errors.embeddings import embed, encoder_note
from core.services.label_errors.scan import _read_rows, scan
from core.settings import Settings
from core.store import models
from core.store.engine import writing
from core.store.tables import Batch
from core.store.workspace import open_workspace
from core.training.encoders.encoder import ENCODERS, Encoder

WORDS = ("cat", "dog")
SPEC = ModelSpec(
    0, "notes", "binary", "text", WORDS, Roles("label", features=("note",), item="note"), "n", "roc_auc",
    0.02, "100",
)  # fmt: skip


@pytest.fixture
def seen(monkeypatch):
    """An encoder that knows what the last letter of a text means; gives every text that it was shown."""
    shown = []

    def encode(items):
        shown.extend(items)
        return np.array([[float(text[-1] == "b"), len(text) / 100, 1.0] for text in items], dtype=np.float32)

    monkeypatch.setitem(ENCODERS, "text", Encoder("letters", "text", 3, lambda: encode))
    return shown


@pytest.fixture
def ws(tmp_path):
    ws = open_workspace(Settings(home=tmp_path / "home"))
    with writing(ws.engine) as session:
        models.add(session, SPEC)
    yield ws
    ws.engine.dispose()


def notes(*texts):
    return pd.DataFrame({"note": pd.Series(texts, dtype=object)})


def test_every_text_is_encoded_once(ws, seen):
    first = embed(ws, SPEC, notes("xa", "xb", "xa", None), quiet)
    assert first.source == "letters"
    assert first.vectors[:, 0].tolist() == [0, 1, 0, 0]
    assert first.vectors[3].tolist() == [0, 0, 0]
    second = embed(ws, SPEC, notes("xb", "new b", "xa"), quiet)
    assert second.vectors[:, 0].tolist() == [1, 1, 0]
    assert seen == ["xa", "xb", "new b"]


def test_what_was_encoded_before_a_stop_is_not_encoded_again(ws, seen):
    texts = [f"{n} a" for n in range(IN_A_FILE + 50)]

    def stop(done, message):
        assert message == f"letters looks at item {round(done * len(texts)) + 1:,} of {len(texts):,}"
        if done * len(texts) >= IN_A_FILE:
            raise Cancelled

    with pytest.raises(Cancelled):
        embed(ws, SPEC, notes(*texts), stop)
    seen.clear()
    assert len(embed(ws, SPEC, notes(*texts), quiet).vectors) == len(texts)
    assert seen == texts[IN_A_FILE:]


def test_a_damaged_file_is_encoded_again(ws, seen):
    embed(ws, SPEC, notes("xa"), quiet)
    embed(ws, SPEC, notes("xb"), quiet)
    files = sorted(kept.folder(ws.settings, SPEC, "letters", "1").glob("*.parquet"))
    files[0].write_bytes(files[0].read_bytes()[:40])
    assert embed(ws, SPEC, notes("xa", "xb"), quiet).vectors[:, 0].tolist() == [0, 1]
    assert len(seen) == 3


def test_another_version_sees_with_its_own_eyes(ws, seen, monkeypatch):
    embed(ws, SPEC, notes("xa"), quiet)
    turned = Encoder(
        "letters", "text", 3, lambda: lambda items: np.full((len(items), 3), 7, np.float32), form=2
    )
    monkeypatch.setitem(ENCODERS, "text", turned)
    assert embed(ws, SPEC, notes("xa"), quiet).vectors.tolist() == [[7, 7, 7]]


def test_a_broken_package_says_so(ws, monkeypatch):
    def broken():
        raise OSError("invalid ELF header")

    monkeypatch.setitem(ENCODERS, "text", Encoder("letters", "text", 3, broken))
    with pytest.raises(RetrainError, match="letters cannot be loaded: invalid ELF header") as told:
        embed(ws, SPEC, notes("xa"), quiet)
    assert "uninstall" in told.value.hint


def test_an_encoder_that_is_not_installed_reads_nothing(ws, monkeypatch):
    absent = Encoder("letters", "text", 3, lambda: None, needs=("a_package_that_nobody_has",))
    monkeypatch.setitem(ENCODERS, "text", absent)
    assert embed(ws, SPEC, notes("xa"), quiet) is None
    assert encoder_note(SPEC, None).startswith("No encoder is installed, so a search sees words only.")


def test_the_vectors_that_came_with_the_rows_come_first(ws, seen):
    roles = replace(SPEC.roles, embedding=("emb_0", "emb_1"))
    frame = notes("xa", "xb").assign(emb_0=[0.5, None], emb_1=[1, 2])
    own = embed(ws, replace(SPEC, roles=roles), frame, quiet)
    assert (own.source, own.vectors.tolist(), seen) == ("your embedding", [[0.5, 1], [0, 2]], [])


def test_a_note_says_what_an_encoder_would_bring_and_nothing_where_it_was_there(seen):
    assert "which is installed now" in encoder_note(SPEC, None)
    assert encoder_note(SPEC, "letters") is None
    assert encoder_note(replace(SPEC, item="record"), None) is None


def labelled(ws, wrong, spec=SPEC, **more):
    """120 notes whose words say nothing and whose last letter says all, some labelled the other way round."""
    rng = np.random.default_rng(0)
    texts = [f"{rng.integers(10**9)} {'ab'[n % 2]}" for n in range(120)]
    labels = np.array(WORDS, dtype=object)[[(n % 2) ^ (n in wrong) for n in range(120)]]
    none = pd.Series(None, range(120), dtype=object)
    frame = notes(*texts).assign(
        _id=[f"r{n}" for n in range(120)], _time=pd.NaT, _seq=range(120), _chunk="0", _prediction=none,
        _score_0=np.nan, _score_1=np.nan, _label=labels, _label_time=pd.NaT, _version=none, **more,
    )  # fmt: skip
    write_rows(training_file(ws.settings, 1, "hash"), frame, spec)
    with writing(ws.engine) as session:
        session.add(
            Batch(model_id=1, kind="training", content_hash="hash", source="t", rows=120, chunks=["0"])
        )


def test_other_vectors_of_the_same_rows_are_another_search(ws):
    own = replace(SPEC, id=1, roles=replace(SPEC.roles, embedding=("emb_0",)))
    labelled(ws, set(), own, emb_0=0.0)
    before = _read_rows(ws, own, "training").fingerprint
    file = training_file(ws.settings, 1, "hash")
    write_rows(file, pd.read_parquet(file).assign(emb_0=1.0), own)
    assert _read_rows(ws, own, "training").fingerprint != before


def stop_when_models_vote(done, message):
    if done > 0:
        raise Cancelled


def test_a_search_finds_what_only_the_encoder_sees_and_shows_neighbours_by_meaning(
    ws, seen, tmp_path, monkeypatch
):
    monkeypatch.setattr("core.services.label_errors.companions.champion_version", lambda _ws, _spec: None)
    wrong = {10, 33, 70}
    labelled(ws, wrong)
    scan(ws, "notes", "training", tmp_path, quiet)
    found = suspect_list.latest(ws, "notes")
    assert found.encoder == "letters"
    best = max(found.models, key=lambda model: model["weight"])
    assert best["name"] in {"Logistic regression on letters", "Nearest neighbours"}
    assert set(suspect_list.export(ws, "notes").head(3)["id"]) == {f"r{n}" for n in wrong}
    card = suspect_list.card(ws, "notes", "r10")
    assert {neighbour.label for neighbour in card.neighbours if neighbour.id not in {"r10", "r70"}} == {"cat"}
    # another encoder is another search, the same one is none
    assert scan(ws, "notes", "training", tmp_path, quiet)["reused"]
    monkeypatch.delitem(ENCODERS, "text")
    with pytest.raises(Cancelled):
        scan(ws, "notes", "training", tmp_path, stop_when_models_vote)
