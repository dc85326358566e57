"""the hash chain over what decisions rest on"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from core.store.chain import links, rows

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.create_table(
        'chain_link',
        sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('table_name', text, nullable=False),
        sa.Column('first', sa.Integer(), nullable=False),
        sa.Column('last', sa.Integer(), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('digest', text, nullable=False),
        sa.Column('fields', text, nullable=False),
        sa.Column('rows', sa.LargeBinary(), nullable=False),
        sa.Column('at', text, nullable=False),
        sa.Column('previous', text, nullable=False),
        sa.Column('hash', text, nullable=False),
        sa.PrimaryKeyConstraint('seq'),
    )
    op.create_index('ix_chain_link_rows', 'chain_link', ['table_name', 'first', 'seq'])
    connection = op.get_bind()
    inspected = sa.inspect(connection)
    # As the tables are now, not as a later Caretaker knows them.
    links.begin(connection, {
        table: {column['name']: rows.kind(column['type']) for column in inspected.get_columns(table)}
        for table in rows.TABLES if inspected.has_table(table)
    })
    if connection.dialect.name == 'sqlite':
        for verb in ('UPDATE', 'DELETE'):
            op.execute(
                f'CREATE TRIGGER chain_link_no_{verb.lower()} BEFORE {verb} ON chain_link '
                "BEGIN SELECT RAISE(ABORT, 'the hash chain is append-only'); END"
            )
    if connection.dialect.name == 'postgresql':
        op.execute(
            'CREATE FUNCTION chain_link_append_only() RETURNS trigger AS '
            "$$ BEGIN RAISE EXCEPTION 'the hash chain is append-only'; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            'CREATE TRIGGER chain_link_append_only BEFORE UPDATE OR DELETE ON chain_link '
            'FOR EACH ROW EXECUTE FUNCTION chain_link_append_only()'
        )


def downgrade() -> None:
    op.drop_table('chain_link')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION chain_link_append_only()')
