"""Broken here: what is counted in the lake; the oracle counts the same rows with NumPy and scikit-learn."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix, roc_auc_score

from core.health.profiles.profile import CORRECT, LABELLED, NEGATIVE, POSITIVE, ROWS, UNLABELLED, Profile
from core.lake.layout import learn_layout
from core.lake.profile.blocks import blocks
from core.lake.profile.log_facts import LogFacts, chunk_facts, log_facts
from core.lake.profile.profile_pass import profile_chunks
from core.stats.auc import area

N = 400


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    score = rng.random(N)
    days = pd.date_range("2016-01-01", periods=N, freq="3h")
    return pd.DataFrame(
        {
            "_id": [f"r{i}" for i in range(N)],
            "_time": days,
            "_seq": range(N),
            "_chunk": days.strftime("%Y-%m"),
            "_prediction": np.where(score > 0.5, "yes", "no"),
            "_score_0": 1 - score,
            "_score_1": score,
            "_version": "1",
            "_label": np.where(rng.random(N) < score, "yes", "no"),
            "_label_time": days,
            "x": np.where(np.arange(N) % 10 == 0, np.nan, rng.normal(size=N)),
            "town": rng.choice(["Ulm", "Bonn", None], N),
        }
    )


def count(lake, part="training", chunks=("2016-01", "2016-02"), **how):
    layout = learn_layout(lake.settings, lake.spec, tuple(lake.batches), part="training", chunks=None)
    found = profile_chunks(
        lake.settings, lake.spec, tuple(lake.batches), layout, part=part, chunks=list(chunks), **how
    )
    return layout, {(each.chunk, each.column, each.value): each.profile for each in found}


def test_counts_agree_with_the_oracles(lake, frame):
    lake.write("training", frame)
    layout, found = count(lake)
    for chunk in ("2016-01", "2016-02"):
        rows, profile = frame[frame["_chunk"] == chunk], found[chunk, "", ""]
        truth = rows["_label"] == "yes"
        assert profile.n == profile.labelled == len(rows)
        assert (profile.confusion == confusion_matrix(rows["_label"], rows["_prediction"])).all()
        assert area(profile.scores[0, POSITIVE], profile.scores[0, NEGATIVE]) == pytest.approx(
            roc_auc_score(truth, rows["_score_1"]), abs=2e-3
        )
        hit = np.where(truth, rows["_score_1"], rows["_score_0"])
        assert profile.sums[0] == pytest.approx(-np.log(hit).sum())
        assert profile.sums[2] == pytest.approx(((rows["_score_1"] - truth) ** 2).sum())
        x = profile.cells[layout.slices()["x"]]
        assert x[-1, ROWS] == rows["x"].isna().sum()
        assert x[:, LABELLED].sum() == len(rows)
        assert x[:, CORRECT].sum() == (rows["_label"] == rows["_prediction"]).sum()
        edges = layout.features[0].edges
        wanted = np.bincount(
            np.searchsorted(edges, rows["x"].dropna(), side="right"), minlength=len(edges) + 1
        )
        assert (x[:-1, ROWS] == wanted).all()


@pytest.mark.parametrize("name", ["y", "p", "place", "hash", "chunk", "t"])
def test_a_feature_may_have_any_name(lake, frame, name):
    lake.write("training", frame)
    _, found = count(lake)
    lake.batches.clear()
    lake.spec = replace(lake.spec, roles=replace(lake.spec.roles, features=(name, "town")))
    lake.write("training", frame.rename(columns={"x": name}))
    _, renamed = count(lake)
    assert (renamed["2016-01", "", ""].cells == found["2016-01", "", ""].cells).all()


def test_segments_are_the_whole_in_parts(lake, frame):
    lake.write("training", frame)
    _, found = count(lake)
    towns = [
        profile for (chunk, column, _), profile in found.items() if column == "town" and chunk == "2016-01"
    ]
    known = frame[(frame["_chunk"] == "2016-01") & frame["town"].notna()]
    assert sum((each.n for each in towns), 0) == len(known)
    assert sum(towns[1:], towns[0]).confusion.sum() == len(known)


def test_values_outside_of_the_reference_have_cells_of_their_own(lake, frame):
    lake.write("training", frame)
    lake.write("predictions", frame.assign(_id=[f"n{i}" for i in range(N)], x=99.0, town="Rom"))
    layout, found = count(lake, part="log")
    cells = found["2016-01", "", ""].cells
    x, town = (cells[layout.slices()[name]][:, ROWS] for name in ("x", "town"))
    n = found["2016-01", "", ""].n
    assert x[len(layout.features[0].edges)] == n
    assert town[len(layout.features[1].values)] == n


def test_labels_that_are_not_known_yet_wait(lake, frame):
    lake.write("training", frame)
    late = frame.assign(_id=[f"n{i}" for i in range(N)], _label=None, _label_time=pd.NaT)
    lake.write("predictions", late)
    _, found = count(lake, part="log")
    profile = found["2016-01", "", ""]
    assert (profile.labelled, profile.pending, profile.young) == (0, profile.n, 0)
    assert profile.scores[0, UNLABELLED].sum() == profile.n
    chunks = sorted(late["_chunk"].unique())
    copies = dict.fromkeys(chunks, 0)
    known = log_facts(chunk_facts(lake.settings, lake.spec, tuple(lake.batches), chunks, copies))
    newest = [late["_time"].min().to_pydatetime(), late["_time"].max().to_pydatetime()]
    assert replace(known, copies={}) == LogFacts(0, "1", ends=tuple(newest))


def test_copies_are_rows_alike_in_inputs_and_prediction(lake, frame):
    lake.write("training", frame)
    again = frame.iloc[[0, 0, 1, N - 1]].assign(_label=None)  # a label is no part of it, a gap equals a gap
    other = frame.iloc[[2]].assign(town="Rom")
    rows = pd.concat([frame, again, other])
    lake.write("predictions", rows.assign(_id=[f"n{at}" for at in range(len(rows))]))
    layout, _ = count(lake)
    chunks = sorted(frame["_chunk"].unique())
    counted = profile_chunks(lake.settings, lake.spec, tuple(lake.batches), layout, part="log", chunks=chunks)
    alike = rows.duplicated(["_chunk", "x", "town", "_prediction", "_score_1"])
    by_chunk = alike.groupby(rows["_chunk"]).sum().to_dict()
    assert sum(by_chunk.values()) == len(again)
    assert {counts.chunk: counts.copies for counts in counted if not counts.column} == by_chunk


def test_an_expert_answer_counts(lake, frame):
    lake.write("training", frame)
    _, before = count(lake)
    first = frame.iloc[0]
    other = "no" if first["_label"] == "yes" else "yes"
    _, after = count(lake, corrections={"r0": other})
    moved = after["2016-01", "", ""].confusion - before["2016-01", "", ""].confusion
    assert np.abs(moved).sum() == 2


def test_rows_without_an_answer_count_as_rows_only(lake, frame):
    silent = frame.assign(_prediction=None, _score_0=np.nan, _score_1=np.nan)
    lake.write("training", pd.concat([frame, silent.assign(_id=[f"s{i}" for i in range(N)])]))
    _, found = count(lake)
    profile: Profile = found["2016-01", "", ""]
    assert profile.n == 2 * profile.labelled
    assert np.isfinite(profile.sums).all()
    assert profile.scores.sum() == profile.labelled


def test_segments_of_whole_numbers_stay_whole_beside_an_empty_cell(lake, frame):
    """One empty cell made the column floats, and branch 1 was called 1.0: another segment."""
    branch = np.where(np.arange(N) % 7 == 0, np.nan, np.arange(N) % 2 + 1)
    lake.write("training", frame.assign(town=branch))
    layout, found = count(lake)
    assert dict(layout.segments)["town"] == ("1", "2")
    assert sum(found["2016-01", "town", value].n for value in ("1", "2")) == int(
        np.isfinite(branch[frame["_chunk"] == "2016-01"]).sum()
    )


def test_large_chunks_are_counted_in_blocks_of_few(lake, frame, monkeypatch):
    lake.write("training", frame)
    lake.write("predictions", frame.assign(_id=[f"n{i}" for i in range(N)]))
    sizes = {path.parent.name: path.stat().st_size for path in lake.settings.lake.rglob("log/*/*.parquet")}

    def cut(most, part="log"):
        monkeypatch.setattr("core.lake.profile.blocks.BYTES", most)
        return list(blocks(lake.settings, lake.spec, tuple(lake.batches), part, sorted(sizes)))

    assert cut(sum(sizes.values())) == [["2016-01", "2016-02"]]
    assert cut(sum(sizes.values()) - 1) == cut(1) == [["2016-01"], ["2016-02"]]
    assert cut(sum(sizes.values()), "training") == [["2016-01", "2016-02"]]


def test_the_layout_of_many_rows_is_that_of_a_table_of_them(lake, frame, monkeypatch):
    """Many rows are not copied into memory: each column is read on its own."""
    lake.write("training", frame)
    small = count(lake)[0]
    monkeypatch.setattr("core.lake.profile.blocks.BYTES", 1)
    assert count(lake)[0] == small
    lake.write("training", frame.iloc[:50].assign(x=7.0))
    assert count(lake)[0].features[0].edges[-2] == 7.0
