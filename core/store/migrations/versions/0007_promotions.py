"""promotions: overrides, proposals, and what deploy targets are told"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import core.store.types

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

STATES = "state IN ('intended', 'proposed', 'done', 'refused', 'declined', 'lapsed')"
STATES_BEFORE = "state IN ('intended', 'done', 'refused')"
OVERRIDES = (
    "override IN ('corrected_labels', 'smaller_or_faster', 'safety_or_law', 'repaired_data', 'other')"
)


def upgrade() -> None:
    moment = core.store.types.UTCDateTime(timezone=True)
    text = sqlmodel.sql.sqltypes.AutoString()
    with op.batch_alter_table('deployment', schema=None) as batch_op:
        batch_op.drop_constraint('ck_state_intended', type_='check')
        batch_op.create_check_constraint('ck_state_intended', STATES)
        batch_op.add_column(sa.Column('verdict', text, nullable=True))
        batch_op.add_column(sa.Column('override', text, nullable=True))
        batch_op.add_column(sa.Column('known', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('decided_by', text, nullable=True))
        batch_op.add_column(sa.Column('decision', text, nullable=True))
        batch_op.add_column(sa.Column('decided_at', moment, nullable=True))
        batch_op.create_check_constraint('ck_override_corrected_labels', OVERRIDES)
    op.create_table(
        'announcement',
        sa.Column('uid', text, nullable=False),
        sa.Column('model_id', sa.Integer(), nullable=False),
        sa.Column('deployment_id', sa.Integer(), nullable=False),
        sa.Column('target', text, nullable=False),
        sa.Column('state', text, nullable=False),
        sa.Column('body', sa.JSON(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('message', text, nullable=False),
        sa.Column('next_at', moment, nullable=False),
        sa.Column('changed_at', moment, nullable=False),
        sa.Column('created_at', moment, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'live', 'failed', 'superseded')", name='ck_state_waiting'
        ),
        sa.ForeignKeyConstraint(['model_id'], ['model.id']),
        sa.ForeignKeyConstraint(['deployment_id'], ['deployment.id']),
        sa.PrimaryKeyConstraint('uid'),
        sa.UniqueConstraint('deployment_id', 'target'),
    )
    op.create_index('ix_announcement_due', 'announcement', ['state', 'next_at'])


def downgrade() -> None:
    op.drop_index('ix_announcement_due', table_name='announcement')
    op.drop_table('announcement')
    with op.batch_alter_table('deployment', schema=None) as batch_op:
        batch_op.drop_constraint('ck_override_corrected_labels', type_='check')
        batch_op.drop_constraint('ck_state_intended', type_='check')
        batch_op.create_check_constraint('ck_state_intended', STATES_BEFORE)
        for name in ('verdict', 'override', 'known', 'decided_by', 'decision', 'decided_at'):
            batch_op.drop_column(name)
