"""Does a source that a version carries still know the newest rows, and what must a row bring to be known?"""

from typing import TYPE_CHECKING, Any

import pandas as pd

from core.model import ModelSpec
from core.services.dataset import features, rows
from core.store.engine import reading
from core.store.ingestion import batches
from core.store.workspace import Workspace
from core.tables.deliveries import chunks_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.training.comparison.gates import Gate
    from core.training.joined.joined_columns import JoinedColumns

NEWEST = 2_000
"""Rows of the log that are looked up: a share of them is known to 2 points."""
LOST = 0.1
"""Share of the rows that the source may know less often than those of the comparison: so much of what its
columns gain is lost where they are missing."""


def check_joined(ws: Workspace, spec: ModelSpec, model: Any, holdout: pd.DataFrame) -> "list[Gate]":
    """One test for each source that the version carries; none where it carries none.

    Args:
        ws: the stores.
        spec: the model.
        model: the challenger, freshly loaded.
        holdout: canonical rows of the comparison.
    """
    steps = list(joined_steps(model))
    if not steps:
        return []
    newest = _newest_rows(ws, spec)
    return [
        judge_known(
            step,
            (step.positions(features(spec, holdout, model)) >= 0).mean(),
            (step.positions(features(spec, newest, model)) >= 0).mean() if len(newest) else None,
        )
        for step in steps
    ]


def judge_known(step: "JoinedColumns", compared: float, newest: float | None) -> "Gate":
    """The test of one source by the shares of rows that it knows.

    Args:
        step: that carries it.
        compared: share of the holdout.
        newest: share of the newest rows; None where there are none.
    """
    from core.training.comparison.gates import Gate

    name = (*step.numbers, *step.kinds)[0].partition(".")[0]
    brings = " and ".join(step.reads)
    title = f"joined source {name}"
    if newest is None:
        return Gate(title, None, f"the log has no rows yet; rows must bring {brings}")
    detail = (
        f"known for {100 * newest:.1f} % of the newest rows of the log, {100 * compared:.1f} % of the "
        f"holdout; rows must bring {brings}, the version has the rest"
    )
    limit = max(0.0, compared - LOST)
    return Gate(title, bool(newest >= limit), detail, f"{100 * newest:.1f} %", f"{100 * limit:.1f} %")


def joined_steps(model: Any) -> "Iterator[JoinedColumns]":
    """The steps of a model, or of the members of a stack, that carry a source."""
    from core.training.joined.joined_columns import JoinedColumns

    yield from (part for _, part in getattr(model, "steps", ()) if isinstance(part, JoinedColumns))
    for member in getattr(model, "estimators_", ()):
        yield from joined_steps(getattr(member, "estimator", member))


def _newest_rows(ws: Workspace, spec: ModelSpec) -> pd.DataFrame:
    with reading(ws.engine) as session:
        live = batches.live(session, spec.id)
    chunks = chunks_of(live, "predictions")
    # the newest chunk may have begun a moment ago
    return rows(ws, spec, part="log", chunks=chunks[-2:]).tail(NEWEST)
