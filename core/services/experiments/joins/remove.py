"""Offer a joined source no more."""

from dataclasses import replace

from core.errors import DataError
from core.store import audit, models
from core.store.engine import writing
from core.store.workspace import Workspace


def remove(ws: Workspace, name: str, source: str, by: str) -> None:
    """Offer a source to no further search; versions that read it keep its rows.

    Raises:
        DataError: no such model, or no such source.
    """
    with writing(ws.engine) as session:
        spec = models.spec(session, name, to_change=True)
        others = tuple(one for one in spec.joined if one.name != source)
        if len(others) == len(spec.joined):
            names = ", ".join(one.name for one in spec.joined) or "none yet"
            raise DataError(f"{name} has no joined source {source!r}.", f"Its joined sources are: {names}.")
        models.replace(session, replace(spec, joined=others))
        audit.add(session, spec.id, by, "remove joined source", {"name": source})
