"""versions that predict beside the champion: shadows and guards"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import core.store.types

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = core.store.types.UTCDateTime(timezone=True)
    text = sqlmodel.sql.sqltypes.AutoString()
    op.create_table(
        'shadow',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('model_id', sa.Integer(), nullable=False),
        sa.Column('role', text, nullable=False),
        sa.Column('champion', text, nullable=False),
        sa.Column('version', text, nullable=False),
        sa.Column('state', text, nullable=False),
        sa.Column('verdict', text, nullable=False),
        sa.Column('start_batch', sa.Integer(), nullable=False),
        sa.Column('looks', sa.Integer(), nullable=False),
        sa.Column('basis', sa.JSON(), nullable=True),
        sa.Column('body', sa.JSON(), nullable=True),
        sa.Column('started_by', text, nullable=False),
        sa.Column('ended_by', text, nullable=True),
        sa.Column('reason', text, nullable=True),
        sa.Column('ended_at', moment, nullable=True),
        sa.Column('created_at', moment, nullable=False),
        sa.CheckConstraint("role IN ('challenger', 'guard')", name='ck_role_challenger'),
        sa.CheckConstraint("state IN ('running', 'decided', 'ended', 'lapsed')", name='ck_state_running'),
        sa.CheckConstraint("verdict IN ('open', 'better', 'worse')", name='ck_verdict_open'),
        sa.ForeignKeyConstraint(['model_id'], ['model.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_shadow_model', 'shadow', ['model_id', 'id'])


def downgrade() -> None:
    op.drop_index('ix_shadow_model', table_name='shadow')
    op.drop_table('shadow')
