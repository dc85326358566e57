"""Values as YAML, always in the same bytes: the same content is the same file."""

import json
import re
from collections.abc import Iterator
from typing import Any

PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@-]*( [A-Za-z0-9_./@-]+)*")
WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""What some readers of YAML take for something else than a text."""
WIDTH = 100
HEADER = (
    "# Models of Caretaker. What a file does not say stays as it is: docs/how-to/models-as-code.md\n"
    "# Read: python -m core plan FILE. Make it so: python -m core apply FILE.\n"
)


def to_yaml(document: dict[str, Any]) -> str:
    """The document as a file, two spaces a level.

    >>> print(to_yaml({"models": {"churn": {"classes": ["no", "left"], "share": 0.02}}}), end="")
    models:
      churn:
        classes: ["no", left]
        share: 0.02
    """
    return "".join(f"{line}\n" for line in _mapping(document, ""))


def _mapping(content: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in content.items():
        yield from _entry(f"{indent}{_scalar(str(key))}:", value, indent)


def _entry(start: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield start
        yield from _mapping(value, indent + "  ")
    elif isinstance(value, list) and value and not _fits(value, start):
        yield start
        for part in value:
            yield from _item(part, indent + "  ")
    elif isinstance(value, str) and _is_prose(value):
        yield f"{start} |{'' if value.endswith(chr(10)) else '-'}"
        yield from (f"{indent}  {line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    else:
        yield f"{start} {_flow(value)}"


def _item(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        first, *others = _mapping(value, indent + "  ")
        yield f"{indent}- {first.lstrip(' ')}"
        yield from others
    else:
        yield f"{indent}- {_flow(value)}"


def _fits(values: list[Any], start: str) -> bool:
    """Whether a list of scalars, or of lists of numbers, stands in one line."""
    if any(isinstance(part, dict) for part in values):
        return False
    return len(start) + 1 + len(_flow(values)) <= WIDTH


def _flow(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        return "{}"
    return _scalar(value)


def _scalar(value: Any) -> str:
    r"""One value.

    >>> [_scalar(value) for value in ("no", "left", "2024-01", "01", "a: b", "", None, True, 30.0, 0.02)]
    ['"no"', 'left', '"2024-01"', '"01"', '"a: b"', '""', 'null', 'true', '30', '0.02']
    >>> _scalar("a\tb\x85")
    '"a\\tb\\u0085"'
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if PLAIN.fullmatch(text) and text.lower() not in WORDS and len(text) < WIDTH:
        return text
    return re.sub(r"[^\x20-\x7e]", _escape, json.dumps(text, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    letter = match[0]
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) <= 0xFFFF else f"\\U{ord(letter):08x}"  # noqa: PLR2004


def _is_prose(text: str) -> bool:
    """Whether a text of several lines comes back from a block as it was."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    return (
        len(lines) > 1
        and all(line.isprintable() and line == line.rstrip() for line in lines)
        and bool(lines[0])
        and not lines[0].startswith(" ")
        and bool(lines[-1])
    )
