"""the outbox in the hash chain"""

import sqlalchemy as sa
from alembic import op

from core.store.chain import links, rows

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    columns = sa.inspect(connection).get_columns('announcement')
    # As the table is now, not as a later Caretaker knows it.
    links.chain_table(
        connection, 'announcement', {column['name']: rows.kind(column['type']) for column in columns}
    )


def downgrade() -> None:
    """Links stay: the chain is append-only."""
