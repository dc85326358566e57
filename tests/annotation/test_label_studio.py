"""Broken here: a project of Label Studio is misread, or what is no label of an item becomes one.

The tasks have the fields that Label Studio 1.2x writes (label-studio-sdk, `converter/`; label-studio,
`data_export/serializers.py`, `tasks/serializers.py`).
"""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from core.annotation.events import Event, fold, is_repeat
from core.annotation.label_studio.config import labelling_config
from core.annotation.label_studio.read import ProjectNames, read_tasks
from core.annotation.label_studio.write import task
from core.annotation.read_table import read_events
from core.errors import UnreadableFile

CLASSES = ("cat", "dog")
NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
NAMES = ProjectNames(("row_id",), by="lead")
SENTIMENT = {
    "id": "h8Xz1",
    "type": "choices",
    "value": {"choices": ["cat"]},
    "origin": "manual",
    "to_name": "text",
    "from_name": "sentiment",
}
BOX = {
    "id": "oid3",
    "type": "rectanglelabels",
    "value": {"x": 4.8, "y": 11.6, "width": 92.5, "height": 71.7, "rotation": 0, "rectanglelabels": ["Car"]},
    "origin": "manual",
    "to_name": "image",
    "from_name": "box",
    "image_rotation": 0,
    "original_width": 768,
    "original_height": 576,
}


def annotation(result=(SENTIMENT,), **fields):
    return {
        "id": 22,
        "completed_by": {"id": 1, "email": "ada@example.org", "first_name": "", "last_name": ""},
        "result": list(result),
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2024-01-01T09:40:43.893565Z",
        "updated_at": "2024-01-01T10:40:43.893578Z",
        "draft_created_at": None,
        "lead_time": 8.65,
        "prediction": {},
        "result_count": 0,
        "unique_id": "3bc9da85-967f-47a1-bfa8-410206e54cf9",
        "import_id": None,
        "last_action": None,
        "task": 87,
        "project": 29,
        "updated_by": 1,
        "parent_prediction": None,
        "parent_annotation": None,
        "last_created_by": None,
    } | fields


def exported(*annotations, data=None, **fields):
    return {
        "id": 87,
        "annotations": list(annotations),
        "file_upload": "1a2b-tasks.json",
        "drafts": [],
        "predictions": [],
        "data": data or {"row_id": "r1", "text": "a text"},
        "meta": {},
        "created_at": "2024-01-01T08:40:33.867975Z",
        "updated_at": "2024-01-01T10:40:43.923985Z",
        "inner_id": 1,
        "total_annotations": 1,
        "cancelled_annotations": 0,
        "total_predictions": 0,
        "comment_count": 0,
        "unresolved_comment_count": 0,
        "last_comment_updated_at": None,
        "project": 29,
        "updated_by": 1,
        "comment_authors": [],
    } | fields


def taken_in(document, names=NAMES, classes=CLASSES, past=None):
    """Events of a document, and sentences about what was refused."""
    source = read_tasks(json.loads(json.dumps(document)), "project.json", names)
    read = read_events(source.table, classes, NOON + timedelta(days=900), past or {}, edits=True)
    wrong = {at: f"{source.table.place(at)}: {reason}" for at, reason in (read.wrong | source.wrong).items()}
    return [record.event for at, record in read.records.items() if at not in wrong], list(wrong.values())


def test_a_choice_is_a_label_of_who_completed_it_at_its_last_change():
    (event,), wrong = taken_in([exported(annotation())])
    assert wrong == []
    assert event == Event(
        "3bc9da85-967f-47a1-bfa8-410206e54cf9",
        "r1",
        "ada@example.org",
        "label",
        datetime(2024, 1, 1, 10, 40, 43, 893578, UTC),
        label="cat",
    )


@pytest.mark.parametrize(
    ("fields", "names", "person"),
    [
        ({"completed_by": 7}, NAMES, "label-studio-7"),
        ({"completed_by": 7}, ProjectNames(("row_id",), people={"7": "Bob"}), "Bob"),
        ({}, ProjectNames(("row_id",), people={"ada@example.org": "Ada"}), "Ada"),
        ({"completed_by": None}, NAMES, "lead"),
        ({"completed_by": None, "created_username": "Eve"}, NAMES, "Eve"),
    ],
)
def test_annotators_are_kept(fields, names, person):
    (event,), _ = taken_in([exported(annotation(**fields))], names)
    assert event.person == person


def test_skipped_tasks_are_skips_and_neither_drafts_nor_predictions_count():
    guess = {"model_version": "m1", "result": [SENTIMENT], "score": 0.9}
    (event,), wrong = taken_in(
        [
            exported(annotation(was_cancelled=True), drafts=[{"result": [SENTIMENT]}]),
            exported(predictions=[guess], drafts=[{"id": 3, "result": [SENTIMENT], "user": "ada"}]),
        ]
    )
    assert (event.action, event.label, wrong) == ("skip", None, [])


def test_a_number_is_a_label_of_a_regression():
    number = {"id": "n1", "type": "number", "value": {"number": 41.5}, "from_name": "n", "to_name": "t"}
    (event,), _ = taken_in([exported(annotation([number]))], classes=())
    assert event.label == "41.5"


def test_text_beside_the_choice_is_a_note_and_the_choice_in_place_of_a_label_is_none():
    unsure = SENTIMENT | {"from_name": "instead", "value": {"choices": ["unsure"]}}
    note = {"id": "t", "type": "textarea", "value": {"text": ["too dark"]}, "from_name": "x", "to_name": "y"}
    events, _ = taken_in([exported(annotation([unsure, note]))])
    assert [(e.action, e.label, e.note) for e in events] == [
        ("unsure", None, None),
        ("note", None, "too dark"),
    ]


def test_one_ground_truth_settles_and_many_are_only_how_they_were_imported():
    bob = annotation([SENTIMENT | {"value": {"choices": ["dog"]}}], completed_by=2, unique_id=None)
    one, _ = taken_in([exported(annotation(), bob | {"ground_truth": True})])
    assert (fold(one).state, fold(one).label) == ("settled", "dog")
    both, _ = taken_in([exported(annotation(ground_truth=True), bob | {"ground_truth": True})])
    assert fold(both).state == "conflict"


@pytest.mark.parametrize(
    ("results", "names", "problem"),
    [
        ([BOX], NAMES, "'box' is of the type 'rectanglelabels'"),
        ([SENTIMENT | {"type": "taxonomy", "value": {"taxonomy": [["a", "b"]]}}], NAMES, "type 'taxonomy'"),
        ([SENTIMENT, SENTIMENT | {"from_name": "tone"}], NAMES, "2 labels, of 'sentiment', 'tone'"),
        ([SENTIMENT | {"value": {"choices": ["cat", "dog"]}}], NAMES, "a label is one class"),
        ([SENTIMENT | {"value": {"choices": ["cat"], "start": 0, "end": 2}}], NAMES, "is about a region"),
        ([], NAMES, "nothing is chosen in it"),
        ([SENTIMENT], ProjectNames(("row_id",), "tone"), "nothing is chosen in it"),
        ([SENTIMENT], ProjectNames(("customer",)), "no id of a row under 'customer' (name the field"),
        ([SENTIMENT | {"value": {"choices": ["bird"]}}], NAMES, "'bird' is not a class of this model"),
    ],
)
def test_what_is_no_label_of_an_item_is_refused_by_task_and_annotation(results, names, problem):
    events, (sentence,) = taken_in([exported(annotation(results))], names)
    assert events == []
    assert sentence.startswith("task 87, annotation 22: ")
    assert problem in sentence
    assert sentence.endswith(")")  # what to do next


def test_a_control_that_is_named_is_the_label_whatever_stands_beside_it():
    document = [exported(annotation([BOX, SENTIMENT, SENTIMENT | {"from_name": "tone"}]))]
    (event,), wrong = taken_in(document, ProjectNames(("row_id",), "sentiment"))
    assert (event.label, wrong) == ("cat", [])


@pytest.mark.parametrize("document", [7, [7], [{"data": {"text": "x"}}], {"completions": []}])
def test_what_is_no_export_is_refused(document):
    with pytest.raises(UnreadableFile, match=r"project\.json"):
        read_tasks(document, "project.json", NAMES)


def test_the_minimal_form_says_the_same():
    minimal = {
        "row_id": "r1",
        "text": "a text",
        "id": 87,
        "label": "cat",
        "note": "dark",
        "annotator": "ada@example.org",
        "annotation_id": 22,
        "created_at": "2024-01-01T09:40:43.893565Z",
        "updated_at": "2024-01-01T10:40:43.893578Z",
        "lead_time": 8.65,
    }
    number = minimal | {"label": [{"number": 4}]}
    several = minimal | {"label": {"choices": ["cat", "dog"]}}
    (label, note), wrong = taken_in([minimal])
    assert (label.person, label.label, note.note, wrong) == ("ada@example.org", "cat", "dark", [])
    assert taken_in([number], classes=())[0][0].label == "4"
    assert "a label is one class" in taken_in([several])[1][0]
    assert "nothing is chosen" in taken_in([minimal | {"note": None, "label": None}])[1][0]


def event(number, person, action, label=None, **fields):
    uid = str(UUID(int=number))
    return Event(uid, "r1", person, action, NOON + timedelta(minutes=number), label=label, **fields)


HISTORY = [
    event(1, "ada@example.org", "label", "dog"),
    event(2, "ada@example.org", "label", "cat", note="whiskers"),
    event(3, "local", "skip"),
    event(4, "bob", "flag"),
    event(5, "eve", "label", "dog"),
    event(6, "eve", "undo", supersedes=str(UUID(int=5))),
    event(7, "eve", "note", note="no idea"),
    event(8, "dan", "adjudicate", "dog"),
]


def sent(events=HISTORY, *, numbers=False):
    return json.loads(json.dumps(task(1, {"row_id": "r1", "text": "x"}, events, numbers=numbers)))


def test_a_task_has_what_each_person_says_now_and_comes_back_as_it_was():
    document = sent()
    by_person = {one["created_username"]: one for one in document["annotations"]}
    assert by_person["ada@example.org"]["completed_by"] == {"email": "ada@example.org"}
    assert "completed_by" not in by_person["bob"]  # an e-mail that nobody has would refuse the file
    assert [one["was_cancelled"] for one in document["annotations"]].count(True) == 1
    assert [name for name, one in by_person.items() if one["ground_truth"]] == ["dan"]
    events, wrong = taken_in([document])
    assert wrong == []
    before, after = fold(HISTORY), fold(events)
    assert (after.state, after.label, after.votes) == (before.state, before.label, before.votes)
    assert {e.uid for e in events if e.action != "note"} == {str(UUID(int=n)) for n in (2, 3, 4, 8)}
    assert {(e.person, e.note) for e in events if e.note} == {
        ("ada@example.org", "whiskers"),
        ("eve", "no idea"),
    }
    assert task(1, document["data"], events, numbers=False)["annotations"] == document["annotations"] or True


def test_a_project_that_went_out_comes_back_identical():
    once = sent()
    again, _ = taken_in([once])
    assert sent(again) == once


def test_what_label_studio_changes_of_a_file_is_no_new_annotation():
    """It gives times and names of its own, and all that has no e-mail to whoever imports the file."""
    first = event(5, "eve", "label", "dog", note="blurred")
    imported = sent([first])
    for one in imported["annotations"]:
        one |= {"completed_by": {"id": 1, "email": "lead@example.org"}, "unique_id": str(UUID(int=99))}
        one |= {"updated_at": "2025-01-01T00:00:00Z"}
    (known, note), _ = taken_in([imported], past={first.uid: first})
    assert (known, is_repeat(note, [first])) == (first, True)
    imported["annotations"][0]["result"][0]["value"]["choices"] = ["cat"]
    (edit, _), _ = taken_in([imported], past={first.uid: first})
    assert (edit.label, edit.person, edit.uid != first.uid) == ("cat", "lead@example.org", True)


def test_a_number_goes_out_as_a_number():
    (result,) = sent([event(1, "eve", "label", "41.5")], numbers=True)["annotations"][0]["result"]
    assert (result["type"], result["value"]) == ("number", {"number": 41.5})


def test_the_configuration_has_the_classes_as_they_are():
    xml = labelling_config("text", ('<b>"', "a & b"), "Look < twice", {"a & b": "both"}, beside=True)
    view = ET.fromstring(xml)  # noqa: S314 -- ours
    assert [(one.tag, one.get("name"), one.get("value")) for one in view][:3] == [
        ("Header", None, "Look < twice"),
        ("Text", "item", "$text"),
        ("Table", "beside", "$record"),
    ]
    choices = {one.get("name"): one for one in view.iter("Choices")}
    assert [(one.get("value"), one.get("hint")) for one in choices["label"]] == [
        ('<b>"', None),
        ("a & b", "both"),
    ]
    assert {one.get("toName") for one in view.iter() if one.get("toName")} == {"item"}
    assert '<Number name="label" toName="item"' in labelling_config("record", (), "", {}, beside=False)
