"""Answers reach the list: the number, the probabilities, the order; and the worker asks for it once."""

import shutil

import pytest

from core.jobs import client
from core.label_errors.label_noise import Errors
from core.services.label_errors import suspect_feedback, suspect_list, views
from core.services.label_errors.learn import learn
from core.services.label_errors.suspect_list import SuspectFilter
from core.services.label_errors.timetable import submit_due
from core.settings import Settings
from core.store import models
from core.store.annotation import suspects
from core.store.engine import reading
from core.store.workspace import open_workspace
from tests.services.label_errors.test_suspect_list import home, rows, scan


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """A home with a finished search; tests work on copies of it."""
    path = tmp_path_factory.mktemp("searched")
    ws = home(path, rows()[0])
    scan(ws)
    ws.engine.dispose()
    return path


@pytest.fixture
def ws(searched, tmp_path):
    shutil.copytree(searched, tmp_path / "home")
    ws = open_workspace(Settings(home=tmp_path / "home"))
    yield ws
    ws.engine.dispose()


def settle(ws, number, choice):
    """What ada says of so many of the likeliest suspects that nobody has settled."""
    ids = suspect_list.suspects(ws, "bookings", SuspectFilter(state="open"), limit=number)["id"]
    for row_id in ids:
        suspect_feedback.give(ws, "bookings", row_id, choice, "ada")
    return list(ids)


def test_answers_move_the_number_the_probabilities_and_the_counts(ws):
    before = suspect_list.latest(ws, "bookings")
    likely = suspect_list.suspects(ws, "bookings").set_index("id")["p_error"]
    kept = settle(ws, 8, "keep")
    assert learn(ws, "bookings") == {"answers": 8}
    after = suspect_list.latest(ws, "bookings")
    assert after.errors["reviewed"] == 8
    assert after.errors["value"] < before.errors["value"]
    assert after.flagged == before.flagged - 8 == sum(pair[2] for pair in after.pairs)
    listed = suspect_list.suspects(ws, "bookings", SuspectFilter(state="open")).set_index("id")["p_error"]
    assert set(listed.index).isdisjoint(kept)
    assert (listed < likely[listed.index]).all()
    assert set(suspect_list.suspects(ws, "bookings", SuspectFilter(state="settled"))["id"]) == set(kept)


def test_the_number_is_never_below_what_was_confirmed(ws):
    settle(ws, 6, "agree")
    learn(ws, "bookings")
    errors = suspect_list.latest(ws, "bookings").errors
    assert 6 <= errors["low"] <= errors["value"] <= errors["high"] <= 400


def test_learning_twice_or_from_nothing_changes_nothing(ws):
    settle(ws, 4, "agree")
    learn(ws, "bookings")
    first = (suspect_list.latest(ws, "bookings"), suspect_list.export(ws, "bookings").to_dict())
    learn(ws, "bookings")
    assert (suspect_list.latest(ws, "bookings"), suspect_list.export(ws, "bookings").to_dict()) == first


def test_every_rank_is_still_there_once(ws):
    settle(ws, 5, "keep")
    learn(ws, "bookings")
    with reading(ws.engine) as session:
        scan_now = suspects.latest(session, models.spec(session, "bookings").id)
        ranks = suspects.scores(session, scan_now)["rank"]
    assert sorted(ranks) == list(range(1, 401))


def test_a_job_is_put_in_line_once_for_every_new_answer(ws, monkeypatch):
    jobs = []
    monkeypatch.setattr(client, "submit", lambda _settings, job, dedupe: jobs.append((job.model, dedupe)))
    submitted = {}
    assert submit_due(ws, submitted) == []
    settle(ws, 1, "keep")
    assert submit_due(ws, submitted) == ["bookings"]
    assert submit_due(ws, submitted) == []
    learn(ws, "bookings")
    settle(ws, 1, "keep")
    assert submit_due(ws, submitted) == ["bookings"]
    learn(ws, "bookings")
    assert submit_due(ws, {}) == []
    assert jobs == [("bookings", "bookings")] * 2


def test_a_question_is_open_with_few_answers_and_says_what_was_decided(ws):
    assert "how many there are can be told after 40 answers" in views.number_sentence(
        Errors(9.0, 0.0, 30.0, 39)
    )
    assert views.number_sentence(Errors(9.0, 4.0, 30.0, 40)).startswith("Estimated wrong labels: 9 (4-30)")
    settle(ws, 40, "agree")
    learn(ws, "bookings")
    summary = suspect_list.latest(ws, "bookings")
    question = views.progress_of(summary)
    assert summary.decided is None or question.sentence.startswith("Narrow enough to stop after 40 answers")
    assert 0 < question.share <= 1
