"""rows of holdouts and of revisions"""

from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

HOLDOUT = sa.table(
    'holdout', sa.column('id'), sa.column('row_ids', sa.JSON), sa.column('given', sa.JSON), sa.column('rows')
)
REVISION = sa.table('revision', sa.column('id'), sa.column('corrections', sa.JSON), sa.column('corrected'))


def upgrade() -> None:
    op.create_table('holdout_row',
    sa.Column('holdout_id', sa.Integer(), nullable=False),
    sa.Column('row_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('given_class', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('given_number', sa.Float(), nullable=True),
    sa.ForeignKeyConstraint(['holdout_id'], ['holdout.id'], ),
    sa.PrimaryKeyConstraint('holdout_id', 'row_id'),
    sqlite_with_rowid=False
    )
    op.create_table('revision_label',
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('row_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('label', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], ),
    sa.PrimaryKeyConstraint('revision_id', 'row_id'),
    sqlite_with_rowid=False
    )
    # Not in a batch: that would make the tables anew, and others point at them.
    op.add_column('holdout', sa.Column('rows', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('revision', sa.Column('corrected', sa.Integer(), nullable=False, server_default='0'))
    # One cell at a time: each may be as long as the log.
    for number in op.get_bind().execute(sa.select(HOLDOUT.c.id)).scalars().all():
        _carry_holdout(number)
    for number in op.get_bind().execute(sa.select(REVISION.c.id)).scalars().all():
        _carry_revision(number)
    op.drop_column('holdout', 'row_ids')
    op.drop_column('holdout', 'given')
    op.drop_column('revision', 'corrections')


def _carry_holdout(number: int) -> None:
    cells = sa.select(HOLDOUT.c.row_ids, HOLDOUT.c.given).where(HOLDOUT.c.id == number)
    row_ids, given = op.get_bind().execute(cells).one()
    _insert('holdout_row', 'holdout_id, row_id, position, given_class, given_number', sorted(
        (number, row_id, position, *_class_or_number(given.get(row_id)))
        for position, row_id in enumerate(row_ids)
    ))
    op.get_bind().execute(sa.update(HOLDOUT).where(HOLDOUT.c.id == number).values(rows=len(row_ids)))


def _class_or_number(label: str | float | None) -> tuple[str | None, float | None]:
    return (label, None) if isinstance(label, str) else (None, label)


def _carry_revision(number: int) -> None:
    cell = sa.select(REVISION.c.corrections).where(REVISION.c.id == number)
    corrections = op.get_bind().execute(cell).scalar_one()
    # Of regression they were numbers; the shortest exact text is what their hash was made of.
    _insert('revision_label', 'revision_id, row_id, label', sorted(
        (number, row_id, str(label)) for row_id, label in corrections.items()
    ))
    op.get_bind().execute(sa.update(REVISION).where(REVISION.c.id == number).values(corrected=len(corrections)))


def _insert(table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    """In the order of the key, and as the driver takes them: a million take seconds, not half a minute."""
    if not rows:
        return
    place = '?' if op.get_bind().dialect.paramstyle == 'qmark' else '%s'
    places = ', '.join([place] * len(rows[0]))
    op.get_bind().exec_driver_sql(f'INSERT INTO {table} ({columns}) VALUES ({places})', rows)
