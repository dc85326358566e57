"""Start and end a shadow, by a person: only SQL, the worker does the rest."""

from http import HTTPStatus

from core.errors import DataError
from core.services.shadow.status import document
from core.services.shadow.views import ShadowDocument
from core.store import models
from core.store.engine import reading, writing
from core.store.experiments import deployments, shadows, trials
from core.store.workspace import Workspace


class NoShadow(DataError):
    """No version predicts beside the champion, or the one named does not.

    Next: start one, or look at what became of it.
    """

    http_status = HTTPStatus.NOT_FOUND


def require_version(ws: Workspace, name: str, version: str) -> None:
    """Whether the registry has that version; for commands, which may ask it.

    Raises:
        RegistryError: there is no such version, or its files are gone.
    """
    from core.registry import models as registry

    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    registry.require_version(ws.settings, spec.registry_name, version)


def start(ws: Workspace, name: str, version: str | None = None, *, by: str) -> ShadowDocument:
    """Let a challenger predict everything that comes from now on; while it does, this changes nothing.

    Args:
        ws: the stores.
        name: of the model.
        version: of the challenger; None takes the newest that was trained.
        by: who starts it.

    Raises:
        DataError: there is no champion, no challenger, or it is the champion.
    """
    with writing(ws.engine) as session:
        spec = models.spec(session, name, to_change=True)
        present = deployments.champion(session, spec.id)
        versions = [trial.version for trial in trials.list_trials(session, spec.id) if trial.version]
        challenger = version or (versions[-1] if versions else None)
        if present is None or challenger is None or challenger == present.version:
            raise DataError(
                f"{name} has no challenger that could predict beside a champion.",
                "Train one, and name a version other than the one in production.",
            )
        row = shadows.start(
            session, spec.id, "challenger", champion=present.version, version=challenger, person=by
        )
        return document(spec, row)


def end(ws: Workspace, name: str, version: str | None = None, *, by: str, reason: str) -> ShadowDocument:
    """End a shadow that runs, the newest or that of one version.

    Raises:
        NoShadow: there is none.
    """
    with writing(ws.engine) as session:
        spec = models.spec(session, name, to_change=True)
        running = [row for row in shadows.list_running(session, spec.id) if version in {None, row.version}]
        if not running:
            raise NoShadow(f"No version of {name} predicts beside the champion.", "Start one first.")
        return document(spec, shadows.end(session, running[-1], by, reason))


def latest(ws: Workspace, name: str) -> ShadowDocument:
    """The newest shadow, whatever became of it.

    Raises:
        NoShadow: there never was one.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        rows = shadows.list_shadows(session, spec.id)
    if not rows:
        raise NoShadow(f"No version of {name} ever predicted beside the champion.", "Start one first.")
    return document(spec, rows[-1])
