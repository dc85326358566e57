"""Broken here: names of rows, files and classes mean something else in Label Studio's files than here."""

import re
from xml.etree import ElementTree as ET

from core.annotation.label_studio.config import labelling_config
from core.annotation.label_studio.read import ProjectNames, read_tasks
from tests.annotation.test_label_studio import annotation, event, exported, sent, taken_in


def test_the_number_of_a_task_is_never_taken_for_a_row():
    """JSON-MIN puts it over the data's own `id`: labels would go to the rows 1, 2, 3."""
    minimal = {
        "id": 7,
        "annotation_id": 9,
        "annotator": 1,
        "label": "cat",
        "updated_at": "2024-01-01T10:00:00Z",
    }
    names = ProjectNames(("row_id", "id"), by="lead")
    assert read_tasks([minimal | {"row_id": "r1"}], "min.json", names).wrong == {}
    (problem,) = read_tasks([minimal], "min.json", names).wrong.values()
    assert "JSON-MIN has its own value under 'id' (export the project as JSON)" in problem
    full = exported(annotation(), data={"id": "r1"})
    assert read_tasks([full], "full.json", names).table.frame["id"].tolist() == ["r1"]


def test_a_task_that_names_its_picture_alone_says_which_field_has_the_name():
    (problem,) = taken_in([exported(annotation(), data={"image": "/data/upload/2/1a2b3c4d-r1.png"})])[1]
    assert "--id image for the names of its files" in problem
    embedded = exported(annotation(), data={"image": "data:image/png;base64,AAAA"})
    (problem,) = read_tasks([embedded], "x.json", ProjectNames(("image",))).wrong.values()
    assert "no id of a row under 'image'" in problem
    assert "base64" not in problem


def test_a_class_with_a_dollar_or_quotes_is_shown_and_comes_back_as_it_is():
    """Label Studio reads `$5` as the field 5 of the task: the class was empty there, and so was its label."""
    classes = ("$5", "under $text", "a $", '"it\'s"')
    view = ET.fromstring(labelling_config("text", classes, "Pay $text", {}, beside=False))  # noqa: S314 -- ours
    fields = re.compile(r"\$[\w\[\].{}]+", re.ASCII)
    values = [one.get("value") for one in view.iter() if one.tag in {"Choice", "Header"}]
    assert not any(map(fields.search, values))
    choices = list(view.iter("Choice"))[: len(classes)]
    assert tuple(one.get("alias") or one.get("value") for one in choices) == classes
    for name in classes:
        document = sent([event(1, "ada@example.org", "label", name)])
        assert [one.label for one in taken_in([document], classes=classes)[0]] == [name]
