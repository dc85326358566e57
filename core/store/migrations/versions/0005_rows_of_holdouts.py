"""rows of holdouts and of revisions"""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

AT_ONCE = 10_000


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
    tables = sa.MetaData()
    tables.reflect(op.get_bind(), only=['holdout', 'holdout_row', 'revision', 'revision_label'])
    # One cell at a time: each may be as long as the log.
    for number in _ids(tables.tables['holdout']):
        _carry_holdout(tables.tables, number)
    for number in _ids(tables.tables['revision']):
        _carry_revision(tables.tables, number)
    op.drop_column('holdout', 'row_ids')
    op.drop_column('holdout', 'given')
    op.drop_column('revision', 'corrections')


def _ids(table: sa.Table) -> list[int]:
    return list(op.get_bind().execute(sa.select(table.c.id)).scalars())


def _carry_holdout(tables: Any, number: int) -> None:
    holdout = tables['holdout']
    cells = sa.select(holdout.c.row_ids, holdout.c.given).where(holdout.c.id == number)
    row_ids, given = op.get_bind().execute(cells).one()
    # In the order of the key: so a million are written fastest.
    _insert(tables['holdout_row'], (
        {'holdout_id': number, 'row_id': row_id, 'position': position, **_columns(given.get(row_id))}
        for row_id, position in sorted((row_id, position) for position, row_id in enumerate(row_ids))
    ))
    op.get_bind().execute(sa.update(holdout).where(holdout.c.id == number).values(rows=len(row_ids)))


def _columns(label: str | float | None) -> dict[str, Any]:
    is_class = isinstance(label, str)
    return {'given_class': label if is_class else None, 'given_number': None if is_class else label}


def _carry_revision(tables: Any, number: int) -> None:
    stored = tables['revision']
    corrections = op.get_bind().execute(sa.select(stored.c.corrections).where(stored.c.id == number)).scalar_one()
    _insert(tables['revision_label'], (
        # Of regression they were numbers; the shortest exact text is what their hash was made of.
        {'revision_id': number, 'row_id': row_id, 'label': str(label)}
        for row_id, label in sorted(corrections.items())
    ))
    op.get_bind().execute(sa.update(stored).where(stored.c.id == number).values(corrected=len(corrections)))


def _insert(table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    remaining = iter(rows)
    while portion := list(islice(remaining, AT_ONCE)):
        op.get_bind().execute(sa.insert(table), portion)
