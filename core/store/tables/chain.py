"""The hash chain over what decisions rest on: one link for each row that was written."""

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel


class ChainLink(SQLModel, table=True):
    """What rows `first` to `last` of a table held when they were written; never changed.

    `hash` is over everything else here and `previous`, the hash of link `seq` - 1; `digest` over the values
    of the rows, `fields` over each column of them (JSON, shortened: they tell where a change is), `rows`
    over each row where there are several. Of a row that changes as it should the newest link counts.
    """

    __tablename__ = "chain_link"
    __table_args__ = (Index("ix_chain_link_rows", "table_name", "first", "seq"),)
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    table_name: str
    first: int
    last: int
    count: int
    digest: str
    fields: str
    rows: bytes = Field(sa_type=LargeBinary)
    at: str
    previous: str
    hash: str
