"""events of a person"""

from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With every answer the person's latest ones are looked at: without it all of everybody's.
    op.create_index('ix_event_person', 'label_event', ['model_id', 'person', 'seq'])


def downgrade() -> None:
    op.drop_index('ix_event_person', table_name='label_event')
