"""Answers reach the list: the number, the probabilities, the order; and the worker asks for it once."""

import shutil
from uuid import uuid4

import pytest

from core.jobs import client
from core.services.annotation import annotate
from core.services.label_errors import suspect_feedback, suspect_list, views
from core.services.label_errors.learn import learn
from core.services.label_errors.suspect_list import SuspectFilter
from core.services.label_errors.timetable import submit_due
from core.settings import Settings
from core.store import models
from core.store.annotation import question_batches, suspects, tasks
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


def draw(ws, number, wrong=frozenset(), among=None):
    """So many random rows are asked about, and ada says which of them are wrong; gives their ids."""
    suspect_list.send_random(ws, "bookings", "ada", number, among)
    with reading(ws.engine) as session:
        spec = models.spec(session, "bookings")
        scan_now = suspects.latest(session, spec.id)
        batch = question_batches.of_scan(session, scan_now)[-1]
        queued = {task.row_id: task for task in tasks.of_rows(session, spec.id, batch.rows)}
    desk = annotate.open_desk(ws, "bookings", "ada", "tab")
    other = {"kept": "canceled", "canceled": "kept"}
    answers = [
        {
            "uid": str(uuid4()),
            "task": queued[row].id,
            "action": "label",
            "label": other[queued[row].given] if row in wrong else queued[row].given,
            "at": 1_700_000_000_000,
        }
        for row in batch.rows
    ]
    saved, refused = annotate.save(ws, desk, answers)
    assert (len(saved), refused) == (len(batch.rows), [])
    return batch.rows


def test_random_rows_say_how_many_labels_are_wrong_and_when_that_is_near_enough(ws):
    flipped = rows()[1]
    settle(ws, 10, "agree")
    learn(ws, "bookings")
    before = suspect_list.latest(ws, "bookings")
    assert "answers about random rows say how many" in views.number_sentence(before.number, before.counted)
    assert (before.counted.low, before.counted.high) == (10, 400)
    draw(ws, 30, flipped)
    learn(ws, "bookings")
    some = suspect_list.latest(ws, "bookings")
    assert some.counted.drawn == 30
    assert 10 <= some.counted.low <= len(flipped) <= some.counted.high < 100
    assert (some.decided, views.how_many(some).left) == (None, some.counted.left)
    draw(ws, 200, flipped)
    learn(ws, "bookings")
    many = suspect_list.latest(ws, "bookings")
    assert many.counted.low <= len(flipped) <= many.counted.high
    assert many.decided == 240
    assert views.how_many(many).progress == 1
    assert str(many.counted.high) in views.how_many(many).sentence


def test_two_classes_of_which_no_random_row_is_the_other_are_not_mixed_up_more_than_usual(ws):
    pair = ("canceled", "kept")
    assert views.mixed_up(suspect_list.latest(ws, "bookings"), pair).progress == 0
    draw(ws, 90, among=pair)
    learn(ws, "bookings")
    question = views.mixed_up(suspect_list.latest(ws, "bookings"), pair)
    assert (question.progress, question.left) == (-1, 0)
    assert question.sentence.startswith("canceled and kept are not mixed up more than usual")


def test_random_rows_of_before_another_search_of_the_same_rows_still_count(ws):
    draw(ws, 20)
    learn(ws, "bookings")
    first = suspect_list.latest(ws, "bookings").counted
    assert scan(ws)["reused"] is False
    learn(ws, "bookings")
    assert suspect_list.latest(ws, "bookings").counted.drawn == first.drawn == 20
