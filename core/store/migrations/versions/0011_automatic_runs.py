"""trainings that Caretaker begins by itself"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import core.store.types

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = core.store.types.UTCDateTime(timezone=True)
    text = sqlmodel.sql.sqltypes.AutoString()
    states = "state IN ('training', 'comparing', 'promoting', 'done')"
    outcomes = "outcome IN ('waits', 'promoted', 'nothing_new', 'stopped', 'failed')"
    op.create_table(
        'automatic_run',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('model_id', sa.Integer(), nullable=False),
        sa.Column('occasion', text, nullable=False),
        sa.Column('cause', text, nullable=False),
        sa.Column('state', text, nullable=False),
        sa.Column('outcome', text, nullable=True),
        sa.Column('version', text, nullable=True),
        sa.Column('verdict', text, nullable=True),
        sa.Column('message', text, nullable=False),
        sa.Column('labels', sa.Integer(), nullable=False),
        sa.Column('known', sa.JSON(), nullable=False),
        sa.Column('rule', sa.JSON(), nullable=False),
        sa.Column('ended_at', moment, nullable=True),
        sa.Column('created_at', moment, nullable=False),
        sa.CheckConstraint("occasion IN ('schedule', 'alarm')", name='ck_occasion_schedule'),
        sa.CheckConstraint(states, name='ck_state_training'),
        sa.CheckConstraint(outcomes, name='ck_outcome_waits'),
        sa.ForeignKeyConstraint(['model_id'], ['model.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_automatic_run_model', 'automatic_run', ['model_id', 'id'])


def downgrade() -> None:
    op.drop_index('ix_automatic_run_model', table_name='automatic_run')
    op.drop_table('automatic_run')
