"""Broken here: two words for one thing, digits that no interval carries, a suggestion of unknown worth."""

import ast
import re
from pathlib import Path

import pytest

from core.health.performance import formatting
from core.health.report.step_entries import EFFORTS, GAINS
from core.messages import SENTENCES, Code
from core.stats.metrics import METRICS

ROOT = Path(__file__).resolve().parent.parent
OTHER_WORDS = re.compile(
    r"(?<!ct-)\b(answer(s|ed)?|(?<!of )records?|outcomes?|features?|drift(ed)?|chunks?|(?<!log-)loss(es)?)\b",
    re.IGNORECASE,
)
"""What docs/findings.md has another word for."""
TEXTS = (
    *("pages/health.py", "pages/_health.py", "pages/_watch/causes.py", "pages/_watch/blind_sample.py"),
    *("core/charts/waterfall.py", "core/charts/heat.py", "core/charts/versions.py"),
    *(
        str(path.relative_to(ROOT))
        for folder in ("core/charts/report", "core/health/page")
        for path in sorted((ROOT / folder).glob("*.py"))
    ),
    *(
        "core/messages/forms.py",
        "core/health/report/step_entries.py",
        "core/health/performance/formatting.py",
    ),
    *("core/health/report/verdict.py", "core/health/report/verdict_notes.py"),
)


OTHER_PAGES = tuple(
    str(path.relative_to(ROOT))
    for folder in ("_setup", "_retrain")
    for path in sorted((ROOT / "pages" / folder).glob("*.py"))
)


def strange_words(source, words=OTHER_WORDS):
    """Texts of a module, no docstrings, that name a thing by another word; a text has a space.

    >>> strange_words('"docs of records"; x = "three records"; y = "records"; z = f"{n} answers"')
    ['three records', ' answers']
    """
    tree = ast.parse(source)
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements
    ]
    return [text for text in texts if " " in text and words.search(re.sub(r"{[^}]*}", "", text))]


@pytest.mark.parametrize("code", Code)
def test_a_sentence_has_one_word_for_one_thing(code):
    assert OTHER_WORDS.findall(re.sub(r"{[^}]*}", "", SENTENCES[code])) == []


@pytest.mark.parametrize("path", TEXTS)
def test_what_the_page_and_the_report_say_has_one_word_for_one_thing(path):
    assert strange_words((ROOT / path).read_text()) == []


@pytest.mark.parametrize(
    "path", [*OTHER_PAGES, "pages/suspects.py", "pages/_suspects/parts.py", "pages/_suspects/first_labels.py"]
)
def test_the_other_pages_have_rows_and_labels(path):
    words = re.compile(r"\b((?<!of )records?|outcomes)\b", re.IGNORECASE)
    assert strange_words((ROOT / path).read_text(), words) == []


def test_the_words_of_a_metric_name_it_as_its_title_does():
    for metric in METRICS.values():
        assert OTHER_WORDS.search(metric.plain) is None
        initials = "".join(word[0] for word in metric.title.split()).lower()
        assert metric.short.lower() in metric.title.lower() or metric.short.lower() in initials, metric.name
        assert formatting.plain_name(metric) == f"{metric.plain} ({metric.short})"


@pytest.mark.parametrize("half", [0.0004, 0.003, 0.017, 0.08, 0.3])
def test_no_number_has_more_digits_than_its_interval_carries(half):
    value = 0.4321987
    amount = 54321.987 * half
    for text, size in (
        (formatting.number(METRICS["accuracy"], value, half), 100 * half),
        (formatting.number(METRICS["roc_auc"], value, half), half),
        (formatting.number(METRICS["mae"], 100 * value, 100 * half), 100 * half),
        (formatting.more_errors(value, value - half, value + half), 100 * half),
        (formatting.more_errors(-value, -value - half, -value + half), 100 * half),
        (formatting.larger_error(amount, amount - half, amount + half), half),
    ):
        numbers = [number.replace(",", "") for number in re.findall(r"\d[\d,]*\.?\d*", text)]
        numbers = [number for number in numbers if number not in {"100", "95"}]
        assert numbers
        for digits in numbers:
            unit = 10.0 ** -len(digits.partition(".")[2])
            assert unit >= min(1, size / 50), text
            assert unit <= max(size / 5, 0.00011), text


def test_every_suggestion_says_what_it_takes_and_what_it_brings():
    part = (
        (ROOT / "docs/findings.md").read_text().partition("\n## What to do next\n")[2].partition("\n## ")[0]
    )
    steps = {Code(code) for code in re.findall(r"^### (CT-\w+)", part, re.MULTILINE)} - {Code.NOTHING_TO_DO}
    steps.add(Code.CORRECT_LABELS)  # stands among the labels
    assert steps - {Code.ASK_BLIND} == set(EFFORTS)
    assert steps == set(GAINS)
    for text in (*EFFORTS.values(), *GAINS.values()):
        assert text[-1] != "."


def test_the_word_that_is_left_out_stands_in_the_list_of_words():
    listed = re.findall(r"^\| [^|]+ \| [^|]+ \| (\w+)", (ROOT / "docs/findings.md").read_text(), re.MULTILINE)
    assert set(listed) >= {"record", "feature", "answer", "outcome", "chunk", "loss", "drifted"}
