"""what answers teach"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'scan_estimate',
        sa.Column('scan_id', sa.Integer(), nullable=False),
        sa.Column('event_seq', sa.Integer(), nullable=False),
        sa.Column('document', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['scan_id'], ['scan.id']),
        sa.PrimaryKeyConstraint('scan_id'),
    )
    # Of searches of before it is not known what the models alone thought: answers teach of the next one.
    op.add_column('suspect', sa.Column('prior', sa.Float(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('suspect', schema=None) as batch_op:
        batch_op.drop_column('prior')
    op.drop_table('scan_estimate')
