"""Sources that keep coming: a folder, a pattern or a SQL table that is looked at again and again."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from core.errors import DataError
from core.lake.remotes.address import Address, absolute, parse
from core.lake.remotes.watermark import from_json
from core.model import ModelSpec
from core.services.ingestion.views import SourceView
from core.settings import Settings
from core.store import audit, models
from core.store.engine import StoreSession, reading, writing
from core.store.ingestion import sources
from core.store.tables import Source
from core.store.types import now
from core.store.workspace import Workspace

if TYPE_CHECKING:
    from core.tables.deliveries import Kind

SHORTEST = 5
KINDS = ("predictions", "labels", "training")


def add(
    ws: Workspace,
    name: str,
    address: str,
    kind: str = "predictions",
    *,
    watermark_column: str | None = None,
    look_back: float = 0.0,
    every_seconds: int = 300,
    by: str,
) -> SourceView:
    """Watch an address; the first look at it is due at once.

    Raises:
        DataError: no such model, or the address does not fit, cannot be reached, or is one already.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    new = require_source(
        ws.settings,
        spec,
        address,
        kind,
        watermark_column=watermark_column,
        look_back=look_back,
        every_seconds=every_seconds,
        by=by,
    )
    with writing(ws.engine) as session:
        return _view(watch(session, new), {})


def require_source(
    settings: Settings,
    spec: ModelSpec,
    address: str,
    kind: str = "predictions",
    *,
    watermark_column: str | None = None,
    look_back: float = 0.0,
    every_seconds: int = 300,
    by: str,
) -> Source:
    """A source that fits its model, not stored yet; of a SQL table it asks the database.

    Raises:
        DataError: the address does not fit or cannot be reached.
    """
    if kind not in KINDS:
        raise DataError(f"There is no kind {kind!r} of data.", f"Choose one of {', '.join(KINDS)}.")
    if every_seconds < SHORTEST or look_back < 0:
        raise DataError("That is too often.", f"A source is looked at every {SHORTEST} seconds at most.")
    watched = _stored_address(address)
    if watched.kind == "sql":
        from core.lake.remotes.stream import check

        check(settings, watched, watermark_column, spec.roles.id or "id", look_back)
    elif watermark_column is not None or look_back:
        raise DataError("Files have no watermark.", "Leave it out: new and changed files are found anyway.")
    return Source(
        model_id=spec.id,
        address=watched.text,
        kind=kind,
        watermark_column=watermark_column,
        look_back=look_back,
        every_seconds=every_seconds,
        created_by=by,
    )


def watch(session: StoreSession, new: Source, file: str = "") -> Source:
    """Store a source, in a transaction that is open; `file` of models as code asks for it.

    Raises:
        DataError: it is a source already.
    """
    row = sources.add(session, new)
    body = {
        "source": row.id,
        "address": row.address,
        "kind": row.kind,
        "every_seconds": new.every_seconds,
    }
    audit.add(session, row.model_id, row.created_by, "add source", body | ({"file": file} if file else {}))
    return row


def list_sources(ws: Workspace, name: str) -> list[SourceView]:
    """The sources of a model.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        counts = sources.outcomes(session, spec.id)
        return [_view(row, counts.get(row.id or 0, {})) for row in sources.list_sources(session, spec.id)]


def pause(ws: Workspace, name: str, source_id: int, by: str) -> None:
    """Look at it no more until it is resumed."""
    _change(ws, name, source_id, by, "pause source", "paused")


def resume(ws: Workspace, name: str, source_id: int, by: str) -> None:
    """Look at it again, at once; files that were refused get another chance."""
    _change(ws, name, source_id, by, "resume source", "on")


def remove(ws: Workspace, name: str, source_id: int, by: str) -> None:
    """Forget it; what it brought stays, and added again it goes on where it stopped."""
    _change(ws, name, source_id, by, "remove source", "removed")


def due(ws: Workspace) -> list[int]:
    """Numbers of the sources of all models that are to be looked at by now."""
    with reading(ws.engine) as session:
        return [row.id for row in sources.due(session, now()) if row.id is not None]


def find(ws: Workspace, name: str, text: str) -> SourceView:
    """The source that a person means by its number or its address.

    Raises:
        DataError: there is none.
    """
    known, path = list_sources(ws, name), absolute(text)
    meant = {text, f"{text}*", path, f"{path.rstrip('/')}/*"}
    for source in known:
        if text == str(source.id) or source.address in meant:
            return source
    addresses = "; ".join(f"{source.id}: {source.address}" for source in known) or "none yet"
    raise DataError(f"{name} has no source {text!r}.", f"Its sources are: {addresses}.")


def _change(ws: Workspace, name: str, source_id: int, by: str, action: str, state: str) -> None:
    with writing(ws.engine) as session:
        spec = models.spec(session, name)
        turn(session, _own(sources.get(session, source_id), spec), by, action, state)


def turn(session: StoreSession, row: Source, by: str, action: str, state: str, file: str = "") -> None:
    """Pause, resume or remove a source in a transaction that is open; `file`: of models as code."""
    row.state = state
    if state == "on":
        row.polled_at, row.failures, row.message = None, 0, ""
        sources.forget_refused(session, row.id or 0)
    body: dict[str, Any] = {"source": row.id, "address": row.address}
    audit.add(session, row.model_id, by, action, body | ({"file": file} if file else {}))


def _own(row: Source, spec: ModelSpec) -> Source:
    if row.model_id != spec.id:
        raise DataError(f"There is no source {row.id} of {spec.name}.", "It belongs to another model.")
    return row


def _stored_address(address: str) -> Address:
    """The address as it is stored: absolute, and a folder as all that lies in it."""
    where = parse(absolute(address))
    if where.kind == "s3":
        return parse(where.text + "*") if where.text.endswith("/") else where
    if where.kind == "sql" or where.many:
        return where
    if Path(where.place).is_dir():
        return parse(f"{where.place.rstrip('/')}/*")
    if not Path(where.place).parent.is_dir():
        raise DataError(f"There is no folder {Path(where.place).parent}.", "Make it, or check the address.")
    return where


def _view(row: Source, counts: dict[str, tuple[int, int]]) -> SourceView:
    mark: Any = None if row.watermark is None else from_json(row.watermark)
    return SourceView(
        id=row.id or 0,
        address=row.address,
        kind=cast("Kind", row.kind),
        watermark_column=row.watermark_column,
        watermark=None if mark is None else str(mark),
        look_back=row.look_back,
        every_seconds=row.every_seconds,
        state=row.state,
        polled_at=row.polled_at,
        next_at=sources.next_at(row) if row.state == "on" else None,
        message=row.message,
        failures=row.failures,
        taken=counts.get("taken", (0, 0))[0],
        rows=counts.get("taken", (0, 0))[1],
        refused=counts.get("refused", (0, 0))[0],
        created_by=row.created_by,
        created_at=row.created_at,
    )
