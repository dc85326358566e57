"""digests of rows that are computed"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

TABLES = ('suspect', 'profile')


def upgrade() -> None:
    # Rows of before have none and are read as they are; the next search and the next check write them anew.
    for table in TABLES:
        op.add_column(table, sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, 'digest')
