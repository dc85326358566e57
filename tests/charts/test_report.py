"""Broken here: the report that a page exports is no safe file, or says other words than the page."""

from html import escape, unescape
from io import BytesIO
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

from core.charts import health
from core.health.page import questions, tiles


@pytest.fixture
def whole(document):
    """With two steps and an open alert."""
    step = {"code": "CT-H76", "parameters": {}, "sentence": "Retrain.", "effort": "a few minutes"}
    alert = {"rule": "drift", "code": "CT-H21", "severity": "amber", "closed": None, "opened": "2026-01-01"}
    return {
        **document,
        "steps": [step, {**step, "sentence": "Ask.", "effort": "six minutes"}],
        "alerts": [{**alert, "sentence": "A <fault>."}],
    }


def test_the_report_says_each_step_once_with_what_it_takes(whole):
    """The suggestion stood before the steps that say it again."""
    page = health.page(whole, [])
    assert "<li>Retrain. <span>Effort: a few minutes.</span></li>" in page
    assert "<li>Ask. <span>Effort: six minutes.</span></li>" in page
    assert page.count("Retrain.") == page.count("Ask.") == 1


def test_the_report_has_the_numbers_and_the_questions_of_the_page(whole):
    page = health.page(whole, [])
    numbers = tiles.tiles(whole)
    assert {"Alarms and faults"} < {tile.name for tile in numbers}
    for tile in numbers:
        assert f"<dt>{escape(tile.name)}</dt><dd><b>{escape(tile.value)}</b></dd>" in page
        assert escape(tile.below) in page
    assert escape(questions.lead(whole)) in page
    for question in questions.questions(whole):
        assert f"<dt>{question.name}</dt>" in page
        assert all(escape(text) in page for line in question.lines for text, _ in line)


def test_the_report_is_one_safe_file(document):
    found = health.page(document, [])
    assert found.count("<svg") == 2
    assert "shop &lt;1&gt;" in found
    assert "http" not in unquote(found).replace("http://www.w3.org", "")


def test_the_pdf_says_the_same_and_has_the_charts(whole):
    content = health.pdf(whole, [])
    assert content == health.pdf(whole, []), "the same document is another file"
    sheets = PdfReader(BytesIO(content)).pages
    said = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    spoken = [text for one in questions.questions(whole) for line in one.lines for text, _ in line]
    for text in (questions.lead(whole), *spoken, *(tile.value for tile in tiles.tiles(whole))):
        assert " ".join(unescape(text).split()) in said
    assert sum(len(sheet.images) for sheet in sheets) == 2
