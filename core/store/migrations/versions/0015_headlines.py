"""headlines of findings"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Findings of before have none: the worker computes them anew (core.store.monitoring.findings.fingerprint).
    op.create_table(
        'headline',
        sa.Column('model_id', sa.Integer(), nullable=False),
        sa.Column('body', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['model_id'], ['model.id']),
        sa.PrimaryKeyConstraint('model_id'),
    )


def downgrade() -> None:
    op.drop_table('headline')
