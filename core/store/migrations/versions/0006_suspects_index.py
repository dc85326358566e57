"""indexes of the suspects among the scanned rows"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

FLAGGED = {'sqlite_where': sa.text('flagged = 1'), 'postgresql_where': sa.text('flagged')}


def upgrade() -> None:
    op.create_index('ix_suspect_flagged_rank', 'suspect', ['scan_id', 'rank'], **FLAGGED)
    op.create_index('ix_suspect_flagged_error', 'suspect', ['scan_id', 'p_error'], **FLAGGED)


def downgrade() -> None:
    op.drop_index('ix_suspect_flagged_error', table_name='suspect')
    op.drop_index('ix_suspect_flagged_rank', table_name='suspect')
