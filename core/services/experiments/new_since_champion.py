"""What the version in production has learnt from, and what came since: the first question of a retraining."""

from dataclasses import dataclass

from core.services.monitoring import monitor
from core.store import models
from core.store.annotation import current, revisions, tasks
from core.store.engine import reading
from core.store.experiments import deployments, holdouts, trials
from core.store.ingestion import batches
from core.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Since:
    """What a new version could learn that the present one could not. Only SQL: the web process may ask.

    Attributes:
        version: in production; None when there is none.
        learnt: rows that it learnt from; None when Caretaker did not train it.
        labelled: rows whose label counts as final now, of training and log together.
        corrected: labels that experts changed; `known`: how many of them were in what it learnt from.
        open: questions that wait for an annotation.
        holdout: rows, first and last place of the holdout; None before the first experiment.
    """

    version: str | None
    learnt: int | None
    labelled: int
    corrected: int
    known: int
    open: int
    holdout: tuple[int, str, str] | None


def since(ws: Workspace, name: str) -> Since:
    """Read what is known of the champion's data and of the labels of now.

    Raises:
        DataError: there is no such model.
    """
    document = monitor.health(ws, name)
    with reading(ws.engine) as session:
        model = models.spec(session, name).id
        live = deployments.champion(session, model)
        trial = trials.by_version(session, model, live.version) if live else None
        revision = revisions.get(session, trial.revision_id) if trial and trial.revision_id else None
        holdout = holdouts.latest(session, model)
        training = sum(
            batch.rows for batch in batches.list_batches(session, model) if batch.kind == "training"
        )
        return Since(
            version=live.version if live else None,
            learnt=trial.params.get("rows") if trial else None,
            labelled=training + (document["labels"]["mature"] if document else 0),
            corrected=current.outcomes(session, model).get("changed", 0),
            known=revision.corrected if revision else 0,
            open=tasks.counts(session, model).get("open", 0),
            holdout=(holdout.rows, holdout.first, holdout.last) if holdout else None,
        )
