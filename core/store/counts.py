"""How many rows of a table a model had by a moment: what was on record when something was decided."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, func, select


def count_until(session: Session, table: Any, model_id: int, at: datetime) -> int:
    """Rows of a table of events that were written up to a moment."""
    query = select(func.count()).select_from(table)
    return int(session.exec(query.where(table.model_id == model_id, table.created_at <= at)).one())
