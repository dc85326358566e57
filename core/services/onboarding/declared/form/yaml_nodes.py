"""YAML as a tree of texts: every scalar stays what its author wrote, nothing is run, nothing expands.

The field says what a scalar is, never its look: `no`, `on`, `1.0`, `01` and `2024-01-01` are texts until a
field asks for a number. Anchors, aliases and tags are refused, so that no file grows while it is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from core.errors import DataError

MOST_BYTES, DEEPEST = 1_000_000, 16
"""A model takes about a hundred lines; a thousand models fit. Nothing in the form is deeper than six."""
NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class WrongDeclaration(DataError):
    """A file of models as code cannot be read, or says something that its form does not know.

    Next: correct the line that the message names; `python -m core schema caretaker-yaml` lists the keys.
    """

    http_status = DataError.http_status


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a file.

    Attributes:
        content: the text, the nodes of the list, or (key, node) of the mapping.
        line: where it begins, from 1.
        plain: a text without quotes.
    """

    kind: Literal["text", "list", "mapping"]
    content: Any
    line: int
    plain: bool = False

    @property
    def is_null(self) -> bool:
        """Whether it is nothing: an empty place, `~` or `null` without quotes."""
        return self.kind == "text" and self.plain and self.content in NULLS


def read_nodes(content: bytes, file: str) -> Node:
    """The tree of a file.

    Raises:
        WrongDeclaration: it is too large, no text, no YAML, or uses what is not read.
    """
    import yaml

    if len(content) > MOST_BYTES:
        raise WrongDeclaration(
            f"{file} has {len(content):,} bytes, more than {MOST_BYTES:,}.", "Write one file for each model."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongDeclaration(f"{file} is no text in UTF-8.", "Save it as UTF-8.") from error
    try:
        return _Builder(file, yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))).tree()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}, line {mark.line + 1}" if mark else file
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise WrongDeclaration(f"{where}: this is no YAML: {problem}.", "Correct the line.") from error


class _Builder:
    """Makes the tree out of the parser's events, one after the other."""

    def __init__(self, file: str, events: Iterator[Any]) -> None:
        self.file, self.events = file, events

    def tree(self) -> Node:
        self._next()  # the stream
        first = self._next()
        if _kind(first) != "DocumentStart":
            raise WrongDeclaration(f"{self.file} is empty.", "Begin with `python -m core declare`.")
        root = self._node(self._next(), 0)
        self._next()  # the end of the document
        another = self._next()
        if _kind(another) == "DocumentStart":
            raise self._refusal(another, "a second document begins", "Put all models below one `models:`.")
        return root

    def _node(self, event: Any, depth: int) -> Node:
        line, kind = event.start_mark.line + 1, _kind(event)
        if kind == "Alias" or getattr(event, "anchor", None):
            raise self._refusal(event, "anchors (&) and aliases (*) are not read", "Write the value out.")
        if getattr(event, "tag", None):
            raise self._refusal(event, f"the tag {event.tag!r} is not read", "Take it away; use quotes.")
        if depth > DEEPEST:
            raise self._refusal(event, f"this is nested more than {DEEPEST} deep", "Write it as in the docs.")
        if kind == "Scalar":
            return Node("text", event.value, line, plain=not event.style)  # the C parser has "" for None
        if kind == "SequenceStart":
            return Node("list", list(self._items(depth)), line)
        return Node("mapping", list(self._pairs(depth)), line)

    def _items(self, depth: int) -> Iterator[Node]:
        while _kind(event := self._next()) != "SequenceEnd":
            yield self._node(event, depth + 1)

    def _pairs(self, depth: int) -> Iterator[tuple[Node, Node]]:
        seen_keys: dict[str, int] = {}
        while _kind(event := self._next()) != "MappingEnd":
            key = self._node(event, depth + 1)
            if key.kind != "text":
                raise self._refusal(event, "a key is no text", "Write KEY: VALUE.")
            if key.content in seen_keys:
                first = seen_keys[key.content]
                raise self._refusal(
                    event, f"{key.content!r} stands in line {first} already", "Keep one of the two."
                )
            seen_keys[key.content] = key.line
            yield key, self._node(self._next(), depth + 1)

    def _next(self) -> Any:
        return next(self.events)

    def _refusal(self, event: Any, what: str, hint: str) -> WrongDeclaration:
        return WrongDeclaration(f"{self.file}, line {event.start_mark.line + 1}: {what}.", hint)


def _kind(event: Any) -> str:
    return type(event).__name__.removesuffix("Event")
