"""Annotations leave: every event as a table, in the form in which they come back."""

import pandas as pd

from core.annotation.table import as_table
from core.store import models
from core.store.annotation import events
from core.store.engine import reading
from core.store.workspace import Workspace


def annotations(ws: Workspace, name: str) -> pd.DataFrame:
    """Every event of a model, in the order of arrival (`core.annotation.table.COLUMNS`).

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        return as_table(events.records(session, models.spec(session, name).id))
