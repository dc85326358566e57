"""Joined sources, read once more before a model that reads them is trained again."""

from collections.abc import Collection

from core.errors import CaretakerError
from core.model import ModelSpec
from core.services.experiments.joins.join import JoinRequest, join
from core.store.workspace import Workspace


def refresh(ws: Workspace, spec: ModelSpec, names: Collection[str], *, by: str) -> list[str]:
    """Join the named sources as they were joined; gives a sentence for each that could not be.

    Args:
        ws: the stores.
        spec: the model.
        names: of sources; one that is joined no more is left to who reads it.
        by: who asks for it.
    """
    problems = []
    for one in (source for source in spec.joined if source.name in names):
        request = JoinRequest(one.address, one.key, one.on, one.time, one.name)
        try:
            join(ws, spec.name, request, by=by)
        except CaretakerError as error:
            problems.append(f"{one.name} was not read again, its rows are those of before: {error}")
    return problems
