"""Why a column plays its part: sentences about the whole file, and one for each column."""

from dataclasses import dataclass, field
from typing import Literal, get_args

import pandas as pd

from core.model import Roles
from core.tables.values.columns import ColumnKind

Role = Literal[
    "id",
    "time",
    "label",
    "label_available_at",
    "prediction",
    "score",
    "version",
    "group",
    "item",
    "feature",
    "feature and segment",
    "feature and group",
    "segment",
    "embedding",
    "left out",
]
ROLES: tuple[Role, ...] = get_args(Role)
SAID = "Said, not guessed."


@dataclass(slots=True)
class Why:
    """The reasons that a guess collects: in the order of `sentences` for a reader, `of` each column."""

    sentences: list[str] = field(default_factory=list)
    of: dict[str, str] = field(default_factory=dict)

    def say(self, sentence: str, *columns: str) -> None:
        """A sentence, which is the reason for these columns."""
        self.sentences.append(sentence)
        self.of |= dict.fromkeys(columns, sentence)


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """The part of one column; `cls` is the class whose score it holds."""

    name: str
    role: Role
    reason: str
    cls: str | None = None


def column_roles(
    frame: pd.DataFrame, roles: Roles, kinds: dict[str, ColumnKind], why: Why
) -> tuple[ColumnRole, ...]:
    """Every column of a file with its part and the reason for it, in the order of the file."""
    scores = {column: cls for cls, column in roles.scores.items()}
    columns = []
    for name in map(str, frame.columns):
        role = _role(name, roles)
        reason = why.of.get(name) or (
            _content_sentence(frame[name], kinds[name]) if "feature" in role else SAID
        )
        columns.append(ColumnRole(name, role, reason, scores.get(name)))
    return tuple(columns)


def _role(name: str, roles: Roles) -> Role:
    single: dict[str | None, Role] = {
        roles.version: "version",
        roles.prediction: "prediction",
        roles.label_available_at: "label_available_at",
        roles.time: "time",
        roles.id: "id",
        roles.item: "item",
        roles.label: "label",
    }
    if name in single:
        return single[name]
    if name in roles.scores.values():
        return "score"
    if name == roles.group:
        return "feature and group" if name in roles.features else "group"
    if name in roles.features:
        return "feature and segment" if name in roles.segments else "feature"
    if name in roles.embedding:
        return "embedding"
    return "segment" if name in roles.segments else "left out"


def _content_sentence(column: pd.Series, kind: ColumnKind) -> str:
    """What a feature holds, in words.

    >>> _content_sentence(pd.Series([1.5, 2.5, 2.5]), "number")
    'Numbers from 1.5 to 2.5.'
    """
    if kind == "number":
        numbers = pd.to_numeric(column, errors="coerce")
        return f"Numbers from {numbers.min():g} to {numbers.max():g}."
    if kind == "text":
        return f"Texts, {column.nunique():,} different ones."
    return {"time": "Dates.", "bytes": "Bytes."}[kind]
