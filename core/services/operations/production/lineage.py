"""From corrected labels to a promotion: a line for each deployment. Only SQL: pages may ask."""

import pandas as pd

from core.services.experiments.recipes.titles import title
from core.store import models
from core.store.annotation import revisions
from core.store.engine import reading
from core.store.experiments import comparisons, deployments, trials
from core.store.workspace import Workspace

COLUMNS = ["corrected", "revision", "recipe", "run", "version", "verdict", "promotion", "at", "by"]


def lineage(ws: Workspace, name: str) -> pd.DataFrame:
    """What each deployment that was done came from, oldest first; the columns are `COLUMNS`.

    Of a version that was trained elsewhere nothing is known before it.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        model = models.spec(session, name).id
        cuts = {row.id: row for row in revisions.list_revisions(session, model)}
        done = deployments.list_done(session, model)
        made = trials.by_versions(session, model, [row.version for row in done])
        verdicts = comparisons.verdicts(session, model)
    lines = []
    for row in done:
        trial = made.get(row.version)
        cut = cuts.get(trial.revision_id) if trial else None
        lines.append(
            {
                "corrected": cut.corrected if cut else None,
                "revision": cut.number if cut else None,
                "recipe": title(trial.recipe) if trial else None,
                "run": trial.run_id if trial else None,
                "version": row.version,
                "verdict": verdicts.get(row.comparison_id, row.verdict),
                "promotion": row.kind,
                "at": row.decided_at or row.created_at,
                "by": row.person,
            }
        )
    return pd.DataFrame(lines, columns=COLUMNS).astype({"corrected": "Int64", "revision": "Int64"})
