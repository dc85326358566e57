"""trials that a search has judged, or given up, without a version"""

from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

BEFORE = "status IN ('running', 'trained', 'failed', 'cancelled')"
NOW = "status IN ('running', 'scored', 'stopped', 'trained', 'failed', 'cancelled')"


def upgrade() -> None:
    with op.batch_alter_table('trial', schema=None) as batch_op:
        batch_op.drop_constraint('ck_status_running', type_='check')
        batch_op.create_check_constraint('ck_status_running', NOW)


def downgrade() -> None:
    op.execute("DELETE FROM trial WHERE status IN ('scored', 'stopped')")
    with op.batch_alter_table('trial', schema=None) as batch_op:
        batch_op.drop_constraint('ck_status_running', type_='check')
        batch_op.create_check_constraint('ck_status_running', BEFORE)
