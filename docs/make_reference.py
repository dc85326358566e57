"""Writes `docs/reference/caretaker.md` from the docstrings of the front door.

Run `python -m docs.make_reference` in the repository after changing one of them; a test holds both together.
"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import caretaker

PAGE = Path(__file__).parent / "reference" / "caretaker.md"
SECTION = re.compile(r"^(Args|Returns|Raises|Examples|Attributes):$")
ENTRY = re.compile(r"^([\w., ]+): (.*)$")
HEAD = """# import caretaker

Verbs for notebooks, over arrays and tables in memory: nothing is stored and nothing needs to be configured.
`pip install .` brings them and the command `caretaker`, which alone opens the app; `examples/` holds two
notebooks as scripts. This page is written from the docstrings by `python -m docs.make_reference`.
"""


def render() -> str:
    """The page."""
    parts = [HEAD]
    names = sorted(caretaker.__all__, key=lambda name: (name[0].isupper(), name))  # the verbs first
    for name in names:
        value = getattr(caretaker, name)
        parts += (
            _class(name, value) if inspect.isclass(value) else _function(f"caretaker.{name}", value, "##")
        )
    return "\n".join(parts).rstrip() + "\n"


def _function(title: str, function: Any, level: str) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    named = [
        str(each.replace(annotation=inspect.Parameter.empty)) for each in parameters if each.name != "self"
    ]
    stars = [each.kind is each.KEYWORD_ONLY for each in parameters if each.name != "self"]
    if any(stars):
        named.insert(stars.index(True), "*")
    return [f"{level} {title}", "", f"`{title.rpartition('.')[2]}({', '.join(named)})`", "", *_text(function)]


def _class(name: str, kind: type) -> list[str]:
    lines = [f"## {name}", "", *_text(kind)]
    for member, value in vars(kind).items():
        if isinstance(value, property) and value.__doc__:
            lines += [f"- `.{member}`: {value.__doc__.strip()}"]
    lines += [""]
    for member, value in vars(kind).items():
        if inspect.isfunction(value) and not member.startswith("_"):
            lines += _function(f"{name}.{member}", value, "###")
    return lines


def _text(documented: Any) -> Iterator[str]:
    """A docstring as Markdown: sections in bold, their entries as a list, examples as code."""
    section = ""
    for line in inspect.cleandoc(documented.__doc__).splitlines():
        if found := SECTION.match(line):
            section = found[1]
            yield f"**{section}**\n" if section != "Examples" else "```python"
        elif section in {"Args", "Raises", "Attributes"}:
            entry = ENTRY.match(line[4:]) if line.startswith("    ") and line[4:5] != " " else None
            yield f"- `{entry[1]}`: {entry[2]}" if entry else f"  {line.strip()}" if line.strip() else ""
        else:
            yield line[4:] if section else line
    if section == "Examples":
        yield "```"
    yield ""


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render(), encoding="utf-8")
