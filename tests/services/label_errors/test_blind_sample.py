"""Broken here: experts of a blind sample see a label, rows are drawn of another period, answers are lost."""

from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest

from core.errors import DataError
from core.services.annotation import annotate
from core.services.label_errors.sampling import blind_sample
from core.services.monitoring import monitor, reviews
from core.services.operations import history
from core.store import models
from core.store.annotation import blind_samples, tasks
from core.store.annotation.tasks import NewTask
from core.store.engine import reading, writing
from tests.services.monitoring.test_monitor import connect, sales


@pytest.fixture
def fallen(ws):
    connect(ws, sales())
    monitor.refresh(ws, "shop")
    return ws


def stored(ws):
    with reading(ws.engine) as session:
        model = models.spec(session, "shop").id
        sample = blind_samples.latest(session, model)
        return sample, {task.row_id: task for task in tasks.of_rows(session, model, list(sample.rows))}


def answer_all(ws, label, person="ada"):
    """Lease every question and answer it: `label` of a row's id."""
    desk = annotate.open_desk(ws, "shop", person, "tab")
    while questions := annotate.lease(ws, desk, [], 40):
        said = [
            {"uid": str(uuid4()), "task": q["task"], "action": "label", "at": 1, "label": label(q["row_id"])}
            for q in questions
        ]
        assert annotate.save(ws, desk, said)[1] == []


def test_thirty_rows_of_either_period_are_asked_blind(fallen):
    assert blind_sample.ask(fallen, "shop", "ada") == 60
    sample, queue = stored(fallen)
    now, before = sample.now, sample.before
    assert {row.split("-")[0] for row in now.rows} <= {"7", "8", "9"}
    assert {row.split("-")[0] for row in before.rows} <= {"1", "2", "3", "4"}
    frame = sales().set_index("id")
    for part in (now, before):
        differ = [row for row, at in part.rows.items() if at.given != at.predicted]
        assert (len(differ), len(part.rows)) == (24, 30)
        drawn = {row: [at.given, at.predicted] for row, at in part.rows.items()}
        assert {row: frame.loc[row, ["y", "said"]].tolist() for row in drawn} == drawn
    assert now.differ + now.agree == 1200
    assert before.differ == (frame["y"] != frame["said"])[frame["day"] < "2020-05-01"].sum()
    assert {(task.kind, task.blind, task.state) for task in queue.values()} == {("audit", True, "open")}
    asked = annotate.lease(fallen, annotate.open_desk(fallen, "shop", "ada", "tab"), [], 40)
    periods = [question["row_id"] in now.rows for question in asked]
    assert 8 < sum(periods) < 32  # mixed: nobody knows of which period a row is
    assert "blind sample of 60 labels" in history.timeline(fallen, "shop")["sentence"].str.cat()


def test_answers_are_counted_of_the_period_and_the_kind_that_they_were_drawn_from(fallen):
    blind_sample.ask(fallen, "shop", "ada")
    sample, _ = stored(fallen)
    of_now = sample.now.rows
    kept = sample.rows
    answer_all(
        fallen,
        lambda row: kept[row].predicted if row in of_now else kept[row].given,
    )
    reviewed = reviews.sampled_labels(fallen, "shop")
    assert (reviewed.queued, reviewed.looked, list(reviewed.persons)) == (60, 60, ["ada"])
    assert (reviewed.now.differ.excused, reviewed.now.wrong, reviewed.before.wrong) == (24, 24, 0)
    assert reviewed.now.agree.looked == 6
    assert reviewed.until is not None


def test_the_same_period_again_adds_rows_that_were_not_asked_about(fallen):
    blind_sample.ask(fallen, "shop", "ada")
    first = set(stored(fallen)[0].rows)
    assert blind_sample.ask(fallen, "shop", "ada") == 120
    assert first < set(stored(fallen)[0].rows)


def test_a_row_that_is_asked_about_already_is_asked_blind_from_now_on(fallen):
    with writing(fallen.engine) as session:
        model = models.spec(session, "shop").id
        rows = [f"{month}-{at}" for month in (1, 7) for at in range(400)]
        tasks.create(session, model, [NewTask(row, 5.0, suggested="yes", blind=False) for row in rows])
    blind_sample.ask(fallen, "shop", "ada")
    assert all(task.blind and task.priority < 0 for task in stored(fallen)[1].values())


def test_nothing_is_drawn_where_nothing_is_measured(ws):
    connect(ws, sales(months=5))
    with pytest.raises(DataError, match="Nothing is measured of shop yet"):
        blind_sample.ask(ws, "shop", "ada")


def flipped_sales():
    """The world stays as it was; from July on every fifth label is turned. The true labels, by row."""
    frame = sales(fall_from=99)
    truth = frame.set_index("id")["y"].to_dict()
    turned = (frame["day"] >= "2020-07-01") & (np.random.default_rng(1).random(len(frame)) < 0.2)
    other = frame["y"].map({"yes": "no", "no": "yes"})
    return frame.assign(y=frame["y"].where(~turned, other)), truth


def codes(document, part="findings"):
    return [finding["code"] for finding in document[part]]


def test_wrong_labels_are_named_from_blind_answers_and_only_then(ws):
    frame, truth = flipped_sales()
    connect(ws, frame)
    before = monitor.refresh(ws, "shop")
    assert {cause["kind"] for cause in before["causes"]} == {"inside"}
    assert "CT-H89" in codes(before, "steps")
    blind_sample.ask(ws, "shop", "ada")
    waiting = monitor.refresh(ws, "shop")
    assert "CT-H110" in codes(waiting)
    assert "CT-H89" not in codes(waiting, "steps")
    answer_all(ws, truth.get)
    document = monitor.refresh(ws, "shop")
    (line,) = (line for line in document["account"] if line["kind"] == "labels")
    assert (line["state"], line["confirmed_by"]) == ("confirmed", ["ada"])
    assert line["high"] < 0  # of accuracy, which the errors of the labels took away
    assert abs(sum(line["points"] for line in document["account"]) - document["fall"]["value"]) < 1e-9
    assert document["causes"][0]["kind"] == "labels"
    assert "Labels are wrong" in document["sentence"] or "labels are wrong" in document["sentence"]
    assert "CT-H110" not in codes(document)
    assert codes(document, "steps")[0] == "CT-H117"


def test_right_labels_are_said_to_be_no_cause(fallen):
    truth = sales().set_index("id")["y"].to_dict()
    blind_sample.ask(fallen, "shop", "ada")
    answer_all(fallen, truth.get)
    document = monitor.refresh(fallen, "shop")
    assert "labels" not in {line["kind"] for line in document["account"]}
    said = next(each for each in document["findings"] if each["code"] in {"CT-H111", "CT-H112"})
    assert "30 labels of Jul 2020 to Sep 2020 were looked at blindly: 0 wrong (0-" in said["sentence"]


def test_a_sample_of_an_earlier_fall_says_nothing_of_this_one(fallen):
    truth = sales().set_index("id")["y"].to_dict()
    blind_sample.ask(fallen, "shop", "ada")
    sample, _ = stored(fallen)
    with writing(fallen.engine) as session:
        early = replace(sample, first="2020-05", last="2020-05")
        blind_samples.add(session, models.spec(session, "shop").id, "ada", early)
    answer_all(fallen, truth.get)
    assert not {"CT-H110", "CT-H111", "CT-H112"} & set(codes(monitor.refresh(fallen, "shop")))
