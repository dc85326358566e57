"""The kinds of columns that several tables share."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column
from sqlmodel import Field

from core.store.types import UTCDateTime, now


def moment(*, nullable: bool = False) -> Any:
    """A UTC moment; filled with this moment unless it may be empty."""
    if nullable:
        return Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    return Field(default_factory=now, sa_column=Column(UTCDateTime, nullable=False))


def document(*, nullable: bool = False) -> Any:
    """A JSON document."""
    return Field(default=None if nullable else {}, sa_column=Column(JSON, nullable=nullable))


def one_of(column: str, *values: str) -> CheckConstraint:
    """A short string out of a fixed list, held by the database (no ENUM type: portable)."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"ck_{column}_{values[0]}")
