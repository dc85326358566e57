"""Broken here: a finding that no page explains, a page that explains what is never said."""

import re
from pathlib import Path

import pytest

from core.health.attribution.fault_messages import CODES
from core.messages import SENTENCES, Code, Message, fields

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/findings.md").read_text(encoding="utf-8")
PARTS = re.split(r"^### (CT-\w+)\n", GUIDE, flags=re.MULTILINE)
SECTIONS = dict(zip(PARTS[1::2], PARTS[2::2], strict=True))


def test_every_code_has_one_sentence_and_one_heading_and_back():
    assert set(SENTENCES) == set(Code)
    assert set(SECTIONS) == {code.value for code in Code}
    assert len(PARTS) // 2 == len(SECTIONS)  # no heading twice
    assert len(set(SENTENCES.values())) == len(SENTENCES)


@pytest.mark.parametrize("code", Code)
def test_a_heading_quotes_the_sentence_and_says_what_to_do(code):
    section = SECTIONS[code.value]
    plain = re.sub(r"{(\w+)[^}]*}", r"{\1}", SENTENCES[code])
    assert f"> {plain}\n" in section
    for part in ("Means", "Said when", "Error rate", "Next"):
        (text,) = re.findall(rf"^- {part}: (.+)$", section, re.MULTILINE)
        assert text.endswith(".")


def test_every_code_that_a_page_refers_to_exists():
    assert set(re.findall(r"CT-\w+", GUIDE)) == {code.value for code in Code}


def test_every_code_is_said_somewhere():
    rooms = (ROOT / "core/health", ROOT / "core/services/monitoring")
    sources = [path.read_text() for room in rooms for path in room.rglob("*.py")]
    assert {code for code in Code if not any(f"Code.{code.name}" in text for text in sources)} == set()


def test_every_fault_has_a_code_of_its_own():
    assert len(set(CODES.values())) == len(CODES)


def test_a_finding_without_a_parameter_is_no_sentence():
    with pytest.raises(KeyError):
        str(Message(Code.COLUMN_EMPTY, {"feature": "x"}))
    assert fields(Code.COLUMN_EMPTY) == {"feature", "now", "before", "since"}
