"""alerts: rules, what was opened, what was sent"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import core.store.types

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = core.store.types.UTCDateTime(timezone=True)
    text = sqlmodel.sql.sqltypes.AutoString()
    op.create_table(
        'alert',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('model_id', sa.Integer(), nullable=False),
        sa.Column('keys', sa.JSON(), nullable=False),
        sa.Column('kinds', sa.JSON(), nullable=False),
        sa.Column('severity', text, nullable=False),
        sa.Column('state', text, nullable=False),
        sa.Column('code', text, nullable=False),
        sa.Column('sentence', text, nullable=False),
        sa.Column('since', text, nullable=False),
        sa.Column('absent', sa.Integer(), nullable=False),
        sa.Column('opened_at', moment, nullable=False),
        sa.Column('changed_at', moment, nullable=False),
        sa.Column('snoozed_until', moment, nullable=True),
        sa.Column('closed_at', moment, nullable=True),
        sa.CheckConstraint("severity IN ('amber', 'red')", name='ck_severity_amber'),
        sa.CheckConstraint("state IN ('open', 'acknowledged', 'snoozed', 'closed')", name='ck_state_open'),
        sa.ForeignKeyConstraint(['model_id'], ['model.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_alert_model', 'alert', ['model_id', 'state'], unique=False)
    op.create_table(
        'alert_reading',
        sa.Column('model_id', sa.Integer(), nullable=False),
        sa.Column('fingerprint', text, nullable=False),
        sa.Column('data', text, nullable=False),
        sa.ForeignKeyConstraint(['model_id'], ['model.id']),
        sa.PrimaryKeyConstraint('model_id'),
    )
    op.create_table(
        'alert_rule',
        sa.Column('model_id', sa.Integer(), nullable=False),
        sa.Column('body', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['model_id'], ['model.id']),
        sa.PrimaryKeyConstraint('model_id'),
    )
    op.create_table(
        'alert_event',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('model_id', sa.Integer(), nullable=False),
        sa.Column('alert_id', sa.Integer(), nullable=False),
        sa.Column('action', text, nullable=False),
        sa.Column('person', text, nullable=False),
        sa.Column('body', sa.JSON(), nullable=False),
        sa.Column('created_at', moment, nullable=False),
        sa.CheckConstraint("action IN ('opened', 'reopened', 'worse', 'reminded', 'merged', 'closed', 'acknowledged', 'snoozed')", name='ck_action_opened'),
        sa.ForeignKeyConstraint(['alert_id'], ['alert.id']),
        sa.ForeignKeyConstraint(['model_id'], ['model.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_alert_event_alert', 'alert_event', ['alert_id', 'id'], unique=False)
    op.create_table(
        'alert_message',
        sa.Column('uid', text, nullable=False),
        sa.Column('destination', text, nullable=False),
        sa.Column('kind', text, nullable=False),
        sa.Column('model_id', sa.Integer(), nullable=True),
        sa.Column('alert_id', sa.Integer(), nullable=True),
        sa.Column('event_id', sa.Integer(), nullable=True),
        sa.Column('state', text, nullable=False),
        sa.Column('body', sa.JSON(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('message', text, nullable=False),
        sa.Column('next_at', moment, nullable=False),
        sa.Column('changed_at', moment, nullable=False),
        sa.Column('created_at', moment, nullable=False),
        sa.CheckConstraint("kind IN ('opened', 'worse', 'reminded', 'closed', 'digest', 'test')", name='ck_kind_opened'),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed', 'superseded')", name='ck_state_waiting'),
        sa.ForeignKeyConstraint(['alert_id'], ['alert.id']),
        sa.ForeignKeyConstraint(['event_id'], ['alert_event.id']),
        sa.ForeignKeyConstraint(['model_id'], ['model.id']),
        sa.PrimaryKeyConstraint('uid'),
        sa.UniqueConstraint('event_id', 'destination'),
    )
    op.create_index('ix_alert_message_due', 'alert_message', ['state', 'next_at'], unique=False)

def downgrade() -> None:
    for table in ('alert_message', 'alert_event', 'alert_rule', 'alert_reading', 'alert'):
        op.drop_table(table)
