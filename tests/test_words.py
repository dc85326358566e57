"""Broken here: a name does not say what it holds, or a function what it does (CONTRIBUTING.md)."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("core", "pages", "caretaker")
FILES = [
    ROOT / "app.py",
    *(path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))),
]
WORDS = """
found said kept held there each told noted asked given taken seen chosen wanted arrived listed stored gone
came shown begun spelt stands holds says knows answer answers answered
"""
RETIRED = frozenset(WORDS.split())
"""They stood two thousand times in the code and said nothing of what they hold."""
IRREGULAR = "found|kept|held|said|told|seen|shown|given|taken|made|known|left|written|begun|spelt|sent|drawn"
PARTICIPLE = re.compile(
    rf"^_*(?:[a-z]+ed|{IRREGULAR}|bound|built|chosen|put|done|gone|meant|learnt)"
    r"(?:_(?:as|by|with|of|in|to|at|from|for|before|after|on|since))?$"
)
NO_PARTICIPLE = frozenset({"embed", "feed", "need", "red", "seed", "speed"})
DOCUMENT_FIELDS = frozenset({"answers", "given", "held", "kept", "listed", "seen", "shown", "taken"})
"""Fields of stored documents, of tables and over HTTP, which do not change their names."""


def retired_names(source):
    r"""(line, name) of every function, argument and variable of a module that has a retired name.

    >>> retired_names("def listed(said):\n    found = said\n    return found")
    [(1, 'listed'), (1, 'said'), (2, 'found')]
    >>> retired_names("def list_rows(text):\n    rows = text.split()\n    return rows")
    []
    """
    tree = ast.parse(source)
    fields = _fields(tree)
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if not _is_property(node) and _says_nothing(node.name):
                names.append((node.lineno, node.name))
        elif isinstance(node, ast.arg) and node.arg.strip("_") in RETIRED:
            names.append((node.lineno, node.arg))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            word = node.id.strip("_")
            if word in RETIRED and not (node in fields and word in DOCUMENT_FIELDS):
                names.append((node.lineno, node.id))
    return sorted(names)


def _fields(tree):
    owners = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return {field.target for owner in owners for field in owner.body if isinstance(field, ast.AnnAssign)}


def _is_property(function):
    return any("property" in ast.unparse(decorator) for decorator in function.decorator_list)


def _says_nothing(name):
    word = name.strip("_")
    return word in RETIRED or "answer" in word or bool(PARTICIPLE.match(word) and word not in NO_PARTICIPLE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_say_what_they_hold(path):
    if "migrations" in path.parts:
        return
    assert "answer" not in path.stem
    assert retired_names(path.read_text()) == []


def test_every_retired_word_has_its_place_in_the_glossary():
    text = (ROOT / "CONTRIBUTING.md").read_text().partition("## Words")[2]
    assert [word for word in sorted(RETIRED) if f"`{word}`" not in text] == []
