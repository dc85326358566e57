"""JSON documents that carry a digest of themselves: one that a disk has changed is not read as another one.

The digest is the last key of the object as it is stored; it is taken off when the document is read, and
objects of before, without one, are read as they are. SQL sees one key more and nothing else.
"""

import json
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from core.errors import StoreError

MARK, END = ', "digest": "', '"}'
DIGITS = 16
"""Hexadecimal ones: 64 bits tell every accident, and are no secret."""
TAIL = len(MARK) + DIGITS + len(END)


class DamagedDocument(StoreError):
    """A document of the database is not what was written.

    Next: what is computed is computed anew by itself or by the command of the hint; `doctor` names the row.
    """

    http_status = HTTPStatus.SERVICE_UNAVAILABLE


def seal(document: Any) -> str:
    """A document as it is stored: JSON, of an object with its digest as the last key.

    >>> seal({"value": 1}), seal([1])
    ('{"value": 1, "digest": "e1d70a18cc129fcc"}', '[1]')
    """
    text = json.dumps(document)
    return f"{text[:-1]}{MARK}{_digest(text)}{END}" if isinstance(document, dict) and document else text


def unseal(raw: str | bytes) -> Any:
    """What `seal` was given.

    Raises:
        ValueError: it is no JSON, or it is not what was written.
    """
    text = raw if isinstance(raw, str) else bytes(raw).decode()
    body, tail = text[:-TAIL] + "}", text[-TAIL:]
    digest = tail[len(MARK) : -len(END)]
    if len(text) > TAIL and digest == _digest(body):
        return json.loads(body)
    if tail.startswith(MARK):
        json.loads(text)  # says where it is no JSON any more
        raise ValueError("its digest is another than when it was written")
    return json.loads(text)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:DIGITS]
