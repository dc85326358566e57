"""The rows that a holdout or a revision consists of, written many at a time."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, SQLModel

from core.store.chain.record import touch


def insert_rows(session: Session, table: type[SQLModel], rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows to a table.

    The driver gets them as they are: with a statement that takes each apart, the transaction, for which
    all who write to SQLite wait, would be twice as long (`tests.benchmarks.records_at_scale`).

    Args:
        session: a writing one.
        table: where to.
        rows: values in the order of its columns, whose first is the key that the hash chain names them by; in
            the order of the whole key they are written fastest.
    """
    if not rows:
        return
    connection, target = session.connection(), SQLModel.metadata.tables[str(table.__tablename__)]
    columns = ", ".join(target.columns.keys())
    places = ", ".join(["?" if connection.dialect.paramstyle == "qmark" else "%s"] * len(target.columns))
    connection.exec_driver_sql(f"INSERT INTO {target.name} ({columns}) VALUES ({places})", list(rows))
    for key in {row[0] for row in rows}:
        touch(session, target.name, key)
