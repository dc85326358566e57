"""`open_home`: look into a home that the app or the command line keeps."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from caretaker.hints import notebook_errors

if TYPE_CHECKING:
    import pandas as pd

    from caretaker.health import Health
    from core.store.workspace import Workspace


@dataclass(frozen=True, repr=False)
class Home:
    """An open home; a context manager that closes it. Nothing here computes or changes anything."""

    workspace: "Workspace"

    def models(self) -> "pd.DataFrame":
        """One row for each connected model: name, task, metric, status, value, data_until, sentence."""
        import pandas as pd

        from core.services.monitoring.monitor import health
        from core.services.onboarding.connect_model import list_models

        rows = []
        for spec in list_models(self.workspace):
            document = health(self.workspace, spec.name)
            current = document["current"] if document else None
            rows.append(
                {
                    "name": spec.name,
                    "task": spec.task,
                    "metric": spec.metric,
                    "status": document["status"] if document else None,
                    "value": current["value"] if current else None,
                    "data_until": document["data"]["until"] if document else None,
                    "sentence": document["sentence"] if document else None,
                }
            )
        names = ["name", "task", "metric", "status", "value", "data_until", "sentence"]
        return pd.DataFrame(rows, columns=names)

    @notebook_errors
    def health(self, name: str) -> "Health":
        """The health of a model as it was computed last.

        Raises:
            DataError: there is no such model, or it was not looked at yet.
        """
        from caretaker.health import Health
        from core.errors import DataError
        from core.services.monitoring.monitor import health

        document = health(self.workspace, name)
        if document is None:
            raise DataError(
                f"The health of {name} was not computed yet.", f"Run `python -m core health {name}` first."
            )
        return Health(document)

    @notebook_errors
    def suspects(self, name: str, top: int | None = None) -> "pd.DataFrame":
        """The rows of the newest search for label errors, best first.

        Raises:
            DataError: there is no such model, or nothing was searched yet.
        """
        from core.services.label_errors.suspect_list import export

        return export(self.workspace, name, top)

    @notebook_errors
    def experiments(self, name: str) -> "pd.DataFrame":
        """What was tried to make the model better, best first."""
        from core.services.experiments.retrain import leaderboard

        return leaderboard(self.workspace, name)

    def close(self) -> None:
        """Let go of the database."""
        self.workspace.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Home({str(self.workspace.settings.home)!r})"


@notebook_errors
def open_home(path: str | Path) -> Home:
    """Open a home that exists: the folder that `CARETAKER_HOME` names, `data/` in a checkout.

    Args:
        path: the folder.

    Returns:
        The home, with its models, their health, suspects and experiments as tables.

    Raises:
        StoreError: there is no home, or it cannot be read.

    Examples:
        >>> import caretaker
        >>> from tempfile import TemporaryDirectory
        >>> from core.settings import Settings
        >>> from core.store.workspace import open_workspace
        >>> with TemporaryDirectory() as folder:
        ...     _ = open_workspace(Settings(home=folder))  # as the app does
        ...     with caretaker.open_home(folder) as home:
        ...         print(home.models()["name"].tolist())
        []
    """
    from core.settings import Settings
    from core.store.workspace import open_existing

    return Home(open_existing(Settings(home=Path(path))))
