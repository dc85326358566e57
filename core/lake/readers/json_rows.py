"""A JSON document of rows as JSON lines, one row at a time."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from core.errors import UnreadableFile

SPACE = " \t\r\n"
READER = json.JSONDecoder(parse_int=str)
"""Only looks where a row ends: numbers of any length are read later, where their cell can be named."""
SHAPE = 'Send a list of objects, or {"rows": [...]} and nothing beside it.'


def to_lines(source: Path, target: Path) -> str:
    """Write every row of a list (or of `{"rows": [...]}`) as a line; gives the SHA-256 of what was written.

    The text of a row stays as it is; only the document's own line breaks become spaces.

    Raises:
        UnreadableFile: the document is not JSON in UTF-8, or has another shape; says where.
    """
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"The body is not UTF-8 (byte {error.start + 1:,}).", "Send UTF-8.") from error
    digest = sha256()
    with target.open("wb") as handle:
        for row in _rows(text):
            line = (row.replace("\r", " ").replace("\n", " ") + "\n").encode()
            digest.update(line)
            handle.write(line)
    return digest.hexdigest()


def _rows(text: str) -> Iterator[str]:
    at = _skip(text, 0)
    wrapped = text.startswith("{", at)
    if wrapped:
        at = _begin(text, at)
    elif not text.startswith("[", at):
        raise _unreadable(text, at, "there is no list of rows")
    at = _skip(text, at + 1)
    while not text.startswith("]", at):
        end = _row_end(text, at)
        yield text[at:end]
        at = _skip(text, end)
        if text.startswith(",", at):
            at = _skip(text, at + 1)
        elif not text.startswith("]", at):
            raise _unreadable(text, at, "a comma or the end of the list is missing")
    at = _skip(text, at + 1)
    if wrapped:
        if not text.startswith("}", at):
            raise _unreadable(text, at, "there is something beside the rows")
        at = _skip(text, at + 1)
    if at < len(text):
        raise _unreadable(text, at, "there is something after the rows")


def _begin(text: str, at: int) -> int:
    """Where the list begins in `{"rows": [...]}`."""
    at = _skip(text, at + 1)
    if not text.startswith('"rows"', at):
        raise _unreadable(text, at, 'there is no "rows"')
    at = _skip(text, at + len('"rows"'))
    if not text.startswith(":", at):
        raise _unreadable(text, at, "a colon is missing")
    at = _skip(text, at + 1)
    if not text.startswith("[", at):
        raise _unreadable(text, at, '"rows" is no list')
    return at


def _row_end(text: str, at: int) -> int:
    if not text.startswith("{", at):
        raise _unreadable(text, at, "a row is no object")
    try:
        return READER.raw_decode(text, at)[1]
    except json.JSONDecodeError as error:
        raise _unreadable(text, error.pos, error.msg) from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(text, at, "a row cannot be read") from error


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in SPACE:
        at += 1
    return at


def _unreadable(text: str, at: int, problem: str) -> UnreadableFile:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return UnreadableFile(
        f"The body is not JSON rows: {problem} (line {line:,}, character {column:,}).", SHAPE
    )
