"""Alembic's entry: runs on the connection that `core.store.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

from core.store import tables  # noqa: F401  (fills the metadata)
from core.store.snapshot import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
