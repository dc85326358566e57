"""lease since"""

import sqlalchemy as sa
from alembic import op

import core.store.types

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Leases last minutes, and an open tab takes its own again: none needs a moment made up for it.
    op.execute("DELETE FROM label_claim")
    op.execute("UPDATE label_task SET live = 0")
    with op.batch_alter_table('label_claim', schema=None) as batch_op:
        batch_op.add_column(sa.Column('taken_at', core.store.types.UTCDateTime(timezone=True), nullable=True))
        batch_op.alter_column('taken_at', nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('label_claim', schema=None) as batch_op:
        batch_op.drop_column('taken_at')
