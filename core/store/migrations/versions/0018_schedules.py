"""what is done by the calendar"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import core.store.types

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = core.store.types.UTCDateTime(timezone=True)
    text = sqlmodel.sql.sqltypes.AutoString()
    op.create_table(
        'schedule',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('model_id', sa.Integer(), nullable=False),
        sa.Column('kind', text, nullable=False),
        sa.Column('cron', text, nullable=False),
        sa.Column('time_zone', text, nullable=False),
        sa.Column('next_at', moment, nullable=False),
        sa.Column('due_at', moment, nullable=True),
        sa.Column('last_at', moment, nullable=True),
        sa.Column('missed_from', moment, nullable=True),
        sa.Column('created_by', text, nullable=False),
        sa.Column('created_at', moment, nullable=False),
        sa.CheckConstraint("kind IN ('check', 'poll', 'retrain')", name='ck_kind_check'),
        sa.ForeignKeyConstraint(['model_id'], ['model.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('model_id', 'kind'),
    )
    op.create_index('ix_schedule_next', 'schedule', ['next_at'], unique=False)


def downgrade() -> None:
    op.drop_table('schedule')
