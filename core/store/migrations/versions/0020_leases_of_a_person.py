"""leases of a person"""

from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With every answer the person's leases in other tabs are looked for: without it all open items are walked.
    op.create_index('ix_claim_person', 'label_claim', ['person', 'holder'])


def downgrade() -> None:
    op.drop_index('ix_claim_person', table_name='label_claim')
