"""What is in production, for programs that serve it: one SQL read, no MLflow."""

from http import HTTPStatus

from core.errors import DataError
from core.services.deployment.canary import of_model
from core.services.deployment.views import ChampionDocument, TargetEntry
from core.store import models
from core.store.engine import reading
from core.store.experiments import deployments, outbox
from core.store.workspace import Workspace


class NoChampion(DataError):
    """No version of this model is in production, e.g. because only its log is watched.

    Next: train and promote a first version, or go on without one.
    """

    http_status = HTTPStatus.NOT_FOUND


def document(ws: Workspace, name: str) -> ChampionDocument:
    """The champion of the model.

    Raises:
        NoChampion: the model has none, e.g. because only its log is watched.
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        row = deployments.champion(session, spec.id)
        announcements = outbox.of_deployment(session, row.id or 0) if row is not None else []
    canary = of_model(ws, name) if spec.canary is not None else None
    if row is None:
        raise NoChampion(f"No version of {name} is in production.", "Train or register a first champion.")
    return ChampionDocument(
        model=name,
        version=row.version,
        uri=f"models:/{spec.registry_name}/{row.version}",
        since=(row.decided_at or row.created_at).isoformat(),
        by=row.person,
        reason=row.reason,
        verdict=row.verdict,
        override=row.override,
        approved_by=row.decided_by,
        live=all(target.state == "live" for target in announcements) if announcements else None,
        targets=[
            TargetEntry(
                name=target.target,
                state=target.state,
                message=target.message,
                at=target.changed_at.isoformat(),
            )
            for target in announcements
        ],
        canary=canary,
    )
