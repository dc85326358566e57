"""Broken here: a file says something else than its author wrote, runs code, or fills the memory."""

import pytest
import yaml

from core.services.onboarding.declared.form.convert import Converter
from core.services.onboarding.declared.form.document import CaretakerFile
from core.services.onboarding.declared.form.yaml_nodes import MOST_BYTES, WrongDeclaration, read_nodes

HEAD = "caretaker: 1\nmodels:\n  m:\n    "


def read(text):
    return Converter("f.yaml").value(read_nodes(text.encode(), "f.yaml"), CaretakerFile, "")["models"]["m"]


def refusal(text):
    with pytest.raises(WrongDeclaration) as caught:
        read(text if text.startswith(("caretaker", "&", "%", "!")) else HEAD + text)
    return str(caught.value)


@pytest.mark.parametrize(
    "word",
    [
        "no",
        "yes",
        "on",
        "off",
        "y",
        "n",
        "NO",
        "True",
        "1.0",
        "01",
        "1e3",
        "0x1F",
        "1_000",
        "12:30:45",
        "2024-01-01",
        "2024-01",
        ".inf",
        "=",
    ],
)
def test_a_text_is_what_its_author_wrote(word):
    content = read(f"{HEAD}data: {{classes: [{word}, other], scores: {{{word}: p}}, chunk: {word}}}")
    assert content["data"] == {"classes": [word, "other"], "scores": {word: "p"}, "chunk": word}


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null"])
def test_nothing_is_nothing_only_where_a_value_may_be_left_out(nothing):
    assert read(f"{HEAD}data: {{id: {nothing}}}")["data"] == {"id": None}
    assert "is nothing where a text is expected" in refusal(f"data: {{classes: [a, {nothing or '~'}]}}")
    assert read(f'{HEAD}data: {{id: "{nothing}"}}')["data"] == {"id": nothing}


@pytest.mark.parametrize("number", ["0.02", "2e-2", ".02", "+0.02"])
def test_a_number_is_read_as_one(number):
    assert read(f"{HEAD}checks: {{tolerance: {number}}}")["checks"] == {"tolerance": 0.02}


@pytest.mark.parametrize(
    "number", ["010", "0x1F", "1_000", "1:30", ".inf", "-.nan", "yes", '"0.02"', "1,5", "1e999", ".", "e5"]
)
def test_what_readers_of_yaml_differ_about_is_no_number(number):
    text = refusal(f"checks:\n      tolerance: {number}")
    assert "f.yaml, line 5: models.m.checks.tolerance is" in text


@pytest.mark.parametrize("value", ["yes", "on", "1", '"true"', "True"])
def test_true_and_false_are_the_only_words_for_a_switch(value):
    text = refusal(f"promotion: {{second_person: {value}}}")
    assert "Allowed: true, false" in text
    assert ("Did you mean true?" in text) == (value != "1")


def test_a_wrong_key_and_a_wrong_word_say_what_was_meant():
    assert "Did you mean checks?" in refusal("cheks: {}")
    assert "Did you mean tolerance? Keys in models.m.checks: metric" in refusal("checks: {tolerence: 0.1}")
    assert "Did you mean binary? Allowed: binary, multiclass" in refusal("data: {task: binar}")
    assert "Secrets are named in the environment" in refusal("sources: [{address: /a, password: x}]")
    assert "has no address" in refusal("sources: [{kind: labels}]")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("data: &a {id: x}\n    labels: *a", "anchors"),
        ("data: &a {id: x}", "anchors"),
        ("data: {<<: {id: x}}", "no key '<<'"),
        ("data: !!python/object/apply:os.system [touch /tmp/owned]", "the tag"),
        ("data: {id: !!python/name:os.system x}", "the tag"),
        ("data: {id: x, id: y}", "line 4 already"),
        ("data: {? [a, b] : c}", "a key is no text"),
        ("data: {id: [x]}", "one value"),
        ("data: [a]", "KEY: VALUE"),
        ("data: {id: x", "no YAML"),
        ("labels: {guideline: \x07}", "no YAML"),
        ("caretaker: 2\nmodels: {}", "Allowed: 1"),
        ("caretaker: 1\nmodels: {}\n---\ncaretaker: 1", "second document"),
        ("caretaker: 1", "has no models"),
    ],
)
def test_what_is_no_such_file_is_refused_by_line(text, why):
    assert why in refusal(text)


def test_files_that_grow_or_are_deep_or_huge_are_refused_before_they_are_read():
    laughs = "\n".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))
    assert "anchors" in refusal(f"caretaker: 1\na0: &a0 [lol]\n{laughs}")
    assert "nested" in refusal(f"caretaker: 1\nmodels: {'[' * 100}")
    for content, why in ((b"a" * (MOST_BYTES + 1), "more than"), (b"\xff\xfe\x00", "UTF-8"), (b"", "empty")):
        with pytest.raises(WrongDeclaration, match=why):
            read_nodes(content, "f.yaml")


def test_the_slower_parser_reads_the_same(monkeypatch):
    text = f'{HEAD}data: {{id: null, time: "null", note: a}}'
    fast = read(text)
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert read(text) == fast == {"data": {"id": None, "time": "null", "note": "a"}}
