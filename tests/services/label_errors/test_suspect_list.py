"""Finding suspects end to end: the scan is stored once, the holdout stays hidden, sending fills the queue."""

import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError
from core.jobs.spec import StepContext
from core.lake.paths import training_file
from core.lake.write import write_rows
from core.model import ModelSpec, Roles
from core.services.label_errors import suspect_list
from core.services.label_errors.jobs import Scan, search
from core.services.label_errors.suspect_list import SuspectFilter
from core.settings import Settings
from core.store import models
from core.store.annotation import question_batches, suspect_query, suspects, tasks
from core.store.engine import reading, writing
from core.store.experiments import holdouts
from core.store.sqlite.integrity import faults
from core.store.tables import Batch, Holdout, LabelCurrent, LabelTask
from core.store.workspace import open_workspace

ROWS = 400
ROLES = Roles(
    "label", id="id", time="day", features=("lead", "nights", "kind"), segments=("hotel",), prediction="p"
)
SPEC = ModelSpec(
    0, "bookings", "binary", "record", ("kept", "canceled"), ROLES, "b", "roc_auc", 0.02, "month"
)


def rows(*, random=False):
    """Bookings whose label follows from two features, a twentieth of them flipped."""
    rng = np.random.default_rng(0)
    lead, nights = rng.normal(size=ROWS), rng.integers(1, 9, ROWS)
    kind = np.array(["a", "b"], dtype=object)[rng.integers(0, 2, ROWS)]
    true = lead + 2 * (kind == "b") + 0.1 * rng.normal(size=ROWS) > 1
    flipped = rng.random(ROWS) < 0.05
    wrong = rng.random(ROWS) < 0.5 if random else true ^ flipped
    frame = pd.DataFrame({"lead": lead, "nights": nights, "kind": kind})
    frame["hotel"] = np.array(["City", "Resort"], dtype=object)[np.arange(ROWS) % 2]
    labels = np.where(wrong, "canceled", "kept").astype(object)
    return _canonical(frame, labels), {f"r{n}" for n in np.flatnonzero(flipped)}


def _canonical(frame, labels):
    none = pd.Series(None, frame.index, dtype=object)
    return frame.assign(
        _id=[f"r{n}" for n in range(len(frame))],
        _time=pd.date_range("2024-01-01", periods=len(frame), freq="h"),
        _seq=range(len(frame)),
        _chunk="2024-01",
        _prediction=none,
        _score_0=np.nan,
        _score_1=np.nan,
        _label=labels,
        _label_time=pd.NaT,
        _version=none,
    )


def home(path, frame):
    ws = open_workspace(Settings(home=path))
    with writing(ws.engine) as session:
        spec = models.add(session, SPEC)
        write_rows(training_file(ws.settings, spec.id, "hash"), frame, spec)
        batch = {"content_hash": "hash", "source": "test", "rows": len(frame), "chunks": ["2024-01"]}
        session.add(Batch(model_id=spec.id, kind="training", **batch))
    return ws


def quiet(done, said):
    """Progress that nobody looks at."""


def scan(ws, progress=quiet):
    work = ws.settings.run / "work"
    work.mkdir(exist_ok=True)
    return search(StepContext(ws.settings, "job", Scan(model="bookings"), {}, work, progress))


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """A home with a finished scan; tests work on copies of it."""
    path = tmp_path_factory.mktemp("scanned")
    ws = home(path, rows()[0])
    said = []
    scan(ws, lambda done, sentence: said.append((done, sentence)))
    ws.engine.dispose()
    return path, said


@pytest.fixture
def ws(scanned, tmp_path):
    copy = tmp_path / "home"
    shutil.copytree(scanned[0], copy)
    ws = open_workspace(Settings(home=copy))
    yield ws
    ws.engine.dispose()


def test_flipped_labels_are_found_and_come_first(ws):
    flipped = rows()[1]
    best = suspect_list.suspects(ws, "bookings").head(len(flipped))
    assert len(flipped & set(best["id"])) >= 0.8 * len(flipped)
    assert set(best["state"]) == {"new"}
    assert best["reasons"].map(len).min() >= 1


def test_the_summary_says_what_was_found(ws):
    summary = suspect_list.latest(ws, "bookings")
    assert summary.rows == ROWS
    assert summary.refused is None
    assert (
        summary.flagged
        == sum(count for _, _, count, _ in summary.pairs)
        == len(suspect_list.suspects(ws, "bookings"))
    )
    assert summary.errors["low"] <= len(rows()[1]) <= summary.errors["high"]
    assert (summary.settled, summary.accepted) == (0, 0)


def test_progress_only_moves_on_and_says_what_is_done(scanned):
    done = [fraction for fraction, _ in scanned[1]]
    assert done == sorted(done)
    assert 0 <= done[0] < done[-1] <= 1
    assert any("Nearest neighbours" in sentence for _, sentence in scanned[1])


def test_a_search_says_what_it_took_and_who_was_too_dear_to_vote(ws, tmp_path, monkeypatch):
    summary = suspect_list.latest(ws, "bookings")
    assert summary.processor_seconds > 0
    assert summary.left_out == []
    dear = {"Extremely randomised trees": 9.5}
    monkeypatch.setattr("core.services.label_errors.votes.too_dear", lambda *_: dear)
    other = home(tmp_path / "dear", rows(random=True)[0])
    scan(other)
    summary = suspect_list.latest(other, "bookings")
    other.engine.dispose()
    assert summary.left_out == [{"name": "Extremely randomised trees", "seconds": 9.5}]
    assert "Extremely randomised trees" not in {model["name"] for model in summary.models}


def test_the_same_data_are_not_searched_twice(ws):
    first = suspect_list.latest(ws, "bookings")
    again = scan(ws)
    assert again["reused"] is True
    assert suspect_list.latest(ws, "bookings") == first


def test_filters_and_order(ws):
    every = suspect_list.suspects(ws, "bookings")
    given, suggested, count, _ = suspect_list.latest(ws, "bookings").pairs[0]
    assert len(suspect_list.suspects(ws, "bookings", SuspectFilter(pair=(given, suggested)))) == count
    city = suspect_list.suspects(ws, "bookings", SuspectFilter(segment=("hotel", "City")))
    assert 0 < len(city) < len(every)
    assert all(int(row[1:]) % 2 == 0 for row in city["id"])
    assert len(suspect_list.suspects(ws, "bookings", limit=2)) == 2
    assert every["id"].iloc[0] in set(
        suspect_list.suspects(ws, "bookings", SuspectFilter(search=every["id"].iloc[0]))["id"]
    )
    likely = suspect_list.suspects(ws, "bookings", SuspectFilter(sort="likelihood"))
    assert likely["p_error"].is_monotonic_decreasing
    assert every["id"].tolist() == likely["id"].tolist()
    useful = suspect_list.suspects(ws, "bookings", SuspectFilter(sort="impact"))
    assert useful["rank"].is_monotonic_increasing
    assert len(suspect_list.suspects(ws, "bookings", SuspectFilter(reason="neighbours"))) > 0
    assert suspect_list.suspects(ws, "bookings", SuspectFilter(state="settled")).empty


def test_rows_of_the_holdout_are_hidden_until_an_expert_settled_them(ws):
    first, second = suspect_list.suspects(ws, "bookings")["id"].head(2)
    with writing(ws.engine) as session:
        spec = models.spec(session, "bookings")
        apart = Holdout(model_id=spec.id, number=1, keys_hash="k", first="a", last="b")
        holdouts.add(session, apart, {first: "a", second: "b"})
        session.add(LabelCurrent(model_id=spec.id, row_id=second, label="kept", state="settled"))
    shown = suspect_list.suspects(ws, "bookings").set_index("id")
    assert first not in shown.index
    assert shown.loc[second, "state"] == "settled"
    assert first not in set(suspect_list.export(ws, "bookings")["id"])
    assert suspect_list.send(ws, "bookings", SuspectFilter(row_ids=[first]), "ada") == 0
    with pytest.raises(DataError, match="kept apart"):
        suspect_list.card(ws, "bookings", first)


def test_sending_opens_questions_once_and_marks_the_suspects(ws):
    best = suspect_list.suspects(ws, "bookings", limit=3)
    ids = list(best["id"])
    assert suspect_list.send(ws, "bookings", SuspectFilter(row_ids=ids), "ada") == 3
    assert suspect_list.send(ws, "bookings", SuspectFilter(row_ids=ids), "ada") == 0
    assert list(suspect_list.suspects(ws, "bookings", SuspectFilter(state="sent"))["id"]) == ids
    with reading(ws.engine) as session:
        asked = tasks.of_rows(session, models.spec(session, "bookings").id, ids[:1])[0]
    assert (asked.kind, asked.state, asked.priority) == ("suspect", "open", best["rank"].min())
    assert asked.given != asked.suggested


def test_a_number_is_filled_with_the_next_in_rank_and_random_rows(ws):
    """Who asks for 40 questions gets 40, also when fewer labels look wrong."""
    ranked = list(suspect_list.export(ws, "bookings", top=60, sort="impact")["id"])
    assert suspect_list.send(ws, "bookings", SuspectFilter(row_ids=ranked[:3]), "ada", 40) == 40
    sent = [row for row in ranked if row in _sent(ws)]
    assert sent[:32] == ranked[:32]


def _sent(ws):
    with reading(ws.engine) as session:
        return tasks.states(session, models.spec(session, "bookings").id)


def test_one_question_in_five_is_a_random_row_asked_without_a_suggestion(ws):
    assert suspect_list.send(ws, "bookings", SuspectFilter(), "ada", 50) == 50
    with reading(ws.engine) as session:
        spec = models.spec(session, "bookings")
        states = tasks.states(session, spec.id)
        batch = question_batches.of_scan(session, suspects.latest(session, spec.id))[0]
        drawn = [batch.rows[place] for place in batch.drawn]
        audits = tasks.of_rows(session, spec.id, drawn)
        assert [(task.kind, task.suggested, task.blind) for task in audits] == [("audit", None, True)] * 10
    assert list(batch.drawn) == list(range(4, 50, 5))
    assert set(batch.rows) == set(states)


def test_random_rows_come_before_all_others_and_a_waiting_row_is_asked_blind_in_its_turn(ws):
    best = list(suspect_list.export(ws, "bookings", top=390)["id"])
    suspect_list.send(ws, "bookings", SuspectFilter(row_ids=best[:300]), "ada", 300)
    assert suspect_list.send_random(ws, "bookings", "ada", 20) == 20
    with reading(ws.engine) as session:
        spec = models.spec(session, "bookings")
        batch = question_batches.of_scan(session, suspects.latest(session, spec.id))[-1]
        queued = tasks.of_rows(session, spec.id, batch.rows)
    assert len(batch.rows) == len(batch.drawn) > 20
    assert all(task.blind and task.priority < 1 for task in queued)


def test_accepted_suggestions_are_counted_and_settled_rows_are_not_raised_again(ws):
    found = suspect_list.suspects(ws, "bookings", limit=2)
    suspect_list.send(ws, "bookings", SuspectFilter(row_ids=list(found["id"])), "ada")
    with writing(ws.engine) as session:
        model_id = models.spec(session, "bookings").id
        for row, label in zip(found["id"], (found["suggested"][0], found["given"][1]), strict=True):
            session.add(LabelCurrent(model_id=model_id, row_id=row, label=label, state="settled"))
    summary = suspect_list.latest(ws, "bookings")
    assert (summary.settled, summary.accepted) == (2, 1)
    assert scan(ws)["reused"] is False
    assert not set(found["id"]) & set(suspect_list.suspects(ws, "bookings")["id"])
    assert suspect_list.latest(ws, "bookings").errors["reviewed"] == 2


def test_the_card_shows_the_item_the_votes_and_the_neighbours(ws):
    best = suspect_list.suspects(ws, "bookings", limit=1).iloc[0]
    card = suspect_list.card(ws, "bookings", best["id"])
    assert (card.given_label, card.suggested, card.state) == (best["given"], best["suggested"], "new")
    assert list(card.reasons.values()) == best["reasons"]
    assert card.item["row_id"] == best["id"]
    assert card.votes[0].model == "champion"
    assert all(0 < vote.probability <= 1 for vote in card.votes)
    assert len(card.neighbours) == 10
    assert all(near.item is not None for near in card.neighbours)
    with pytest.raises(DataError, match="not among the scanned rows"):
        suspect_list.card(ws, "bookings", "nobody")


def test_the_export_holds_every_scanned_row_best_first(ws):
    table = suspect_list.export(ws, "bookings", sort="impact")
    assert suspect_list.export(ws, "bookings")["p_error"].is_monotonic_decreasing
    assert list(table.columns) == ["id", "given", "suggested", "p_error", "impact", "rank", "reasons"]
    assert len(table) == ROWS
    assert table["rank"].tolist() == list(range(1, ROWS + 1))
    assert " | " in table["reasons"][0]
    assert len(suspect_list.export(ws, "bookings", top=7)) == 7


def test_rows_of_an_older_scan_go_but_its_summary_stays(ws):
    with writing(ws.engine) as session:
        model_id = models.spec(session, "bookings").id
        session.add(LabelCurrent(model_id=model_id, row_id="r1", label="kept", state="settled"))
        session.add(LabelTask(model_id=model_id, row_id="r1", kind="suspect", priority=1.0, state="settled"))
    scan(ws)
    with reading(ws.engine) as session:
        older, newer = suspects.scans(session, model_id)
        assert suspect_query.list_suspects(session, older) == []
        assert len(suspect_query.list_suspects(session, newer)) == ROWS
        assert older.summary["rows"] == ROWS


def test_a_search_of_which_a_row_is_damaged_is_made_anew_and_the_doctor_names_the_row(ws):
    before = suspect_list.export(ws, "bookings")
    with closing(sqlite3.connect(file := ws.settings.home / "caretaker.db")) as opened, opened:
        opened.execute("UPDATE suspect SET suggested = 'keep' WHERE row_id = 'r7'")
    assert faults(file, own=True) == ["suspect, scan_id 1, row_id r7 is not what was written"]
    scan(ws)
    assert faults(file, own=True) == []
    assert suspect_list.export(ws, "bookings").equals(before)
