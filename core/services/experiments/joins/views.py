"""What people see of the joined sources of a model; only SQL."""

from dataclasses import dataclass

from core.lake.rows_view import data_columns
from core.model import JoinedSource, ModelSpec
from core.store import audit, models
from core.store.engine import reading
from core.store.workspace import Workspace

MOST = 500
"""Entries of the record that are looked through for what was left out."""


@dataclass(frozen=True, slots=True)
class JoinedView:
    """A joined source.

    Attributes:
        left_out: (column, why) of what a search may not add.
        coverage: (period, rows, known) in order, the training rows first.
    """

    source: JoinedSource
    left_out: list[tuple[str, str]]
    coverage: list[tuple[str, int, int]]


def list_joined(ws: Workspace, name: str) -> list[JoinedView]:
    """The joined sources of a model, by name, with what was said when they were joined.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        entries = audit.entries(session, spec.id, MOST, actions=["join source"]) if spec.joined else []
    documents = {entry.body["digest"]: entry.body for entry in reversed(entries)}
    return [_view(source, documents.get(source.digest, {})) for source in sorted(spec.joined, key=_name)]


def columns_to_join(ws: Workspace, name: str) -> list[str]:
    """Columns of the log that may hold the keys of a source: what is kept of each row, and its id.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    return log_columns(spec)


def log_columns(spec: ModelSpec) -> list[str]:
    """What the lake keeps of each row of a model, and its id."""
    return [*data_columns(spec), *([spec.roles.id] if spec.roles.id else [])]


def _view(source: JoinedSource, document: dict[str, list[dict[str, str]]]) -> JoinedView:
    return JoinedView(
        source,
        [(one["column"], one["why"]) for one in document.get("left_out", [])],
        [(one["period"], int(one["rows"]), int(one["known"])) for one in document.get("coverage", [])],
    )


def _name(source: JoinedSource) -> str:
    return source.name
