"""Column types that mean the same in SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

from core.errors import StoreError


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Naive values are refused: SQLite would drop the zone silently."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive moments, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: attach a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back that SQLite forgot."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Say of a text that is no moment any more that the database is damaged: SQLite keeps texts."""
        process = super().result_processor(dialect, coltype)
        if process is None:
            return None

        def read(value: Any) -> Any:
            try:
                return process(value)
            except ValueError as error:
                raise StoreError(
                    f"The database is damaged: {value!r} is no moment.",
                    "`python -m core doctor` names the row; the newest backup of before brings it back.",
                ) from error

        return read


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
