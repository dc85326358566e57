"""Compute the chain anew from the tables, and name every row and field that is not what it was."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Engine, RowMapping, func, select

from core.store.chain.links import LINK, NOTHING, START, Head, head, in_order, link_hash
from core.store.chain.rows import PAGE, SHORT, TABLES, Row, columns_of, digest, encode, read, row_digests

MOST_FAULTS = 100
"""Faults that are named one by one: of a table that was written anew, all rows are faults."""
END = 2**31 - 1
"""Beyond every key: what follows the last link is looked at too."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written.

    Attributes:
        table: where.
        row: its key, or the link's number; empty when it is the chain as a whole.
        field: which column; several when more rows than one of a link were changed, empty when a row is
            missing or was never written by Caretaker.
        sentence: what is wrong, for people.
    """

    table: str
    row: str
    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What came of computing the chain anew.

    Attributes:
        since: when the chain began (ISO, UTC); empty when there is none.
        before: rows that were there already then: what they were before that, the chain cannot tell.
        links: in the chain; `rows`: computed anew; `head`: the newest link.
        faults: the first of them; `more`: how many further ones there are.
    """

    since: str
    before: int
    links: int
    rows: int
    head: Head
    faults: tuple[Fault, ...]
    more: int


def verify(engine: Engine, anchors: Sequence[Head] = ()) -> ChainReport:
    """Compute every link and every row anew, in one moment of the database.

    Args:
        engine: of the home.
        anchors: links as somebody wrote them down before, e.g. in a dossier.
    """
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection:
        counts = dict.fromkeys(TABLES, 0)
        faults = [*_chain(connection), *_anchors(connection, anchors)]
        for table in TABLES:
            faults += _table(connection, table, counts)
        start = connection.execute(select(LINK.c.at, LINK.c.count).where(LINK.c.table_name == START)).first()
        links = connection.execute(select(func.count()).select_from(LINK)).scalar_one()
        since, before = (str(start[0]), int(start[1])) if start else ("", 0)
        newest = head(connection)
    rows, first_faults = sum(counts.values()), tuple(faults[:MOST_FAULTS])
    return ChainReport(since, before, links, rows, newest, first_faults, len(faults) - len(first_faults))


def _chain(connection: Connection) -> Iterator[Fault]:
    """The links among themselves: none is missing, each is what its hash says."""
    last = Head(0, NOTHING)
    for link in _pages(connection):
        seq = link["seq"]
        if seq != last.seq + 1:
            yield Fault(
                "chain_link", str(last.seq + 1), "", f"Links {last.seq + 1} to {seq - 1} are missing."
            )
        elif link["previous"] != last.hash:
            what = f"Link {seq} does not carry the hash of link {last.seq}."
            yield Fault("chain_link", str(seq), "previous", what)
        if link_hash(link) != link["hash"]:
            what = f"Link {seq} was changed: what it holds does not give its hash."
            yield Fault("chain_link", str(seq), "hash", what)
        last = Head(seq, link["hash"])


def _pages(connection: Connection) -> Iterator[RowMapping]:
    """All links in order, some thousands at a time."""
    after = 0
    while (
        page := connection.execute(select(LINK).where(LINK.c.seq > after).order_by(LINK.c.seq).limit(PAGE))
        .mappings()
        .all()
    ):
        yield from page
        after = page[-1]["seq"]


def _anchors(connection: Connection, anchors: Sequence[Head]) -> Iterator[Fault]:
    for anchor in anchors:
        present = connection.execute(select(LINK.c.hash).where(LINK.c.seq == anchor.seq)).scalar()
        if anchor.seq and present != anchor.hash:
            became = "is gone" if present is None else "has another hash now"
            what = (
                f"Link {anchor.seq} was written down with its hash, and {became}: the log was written anew."
            )
            yield Fault("chain_link", str(anchor.seq), "hash", what)


def _table(connection: Connection, table: str, counts: dict[str, int]) -> Iterator[Fault]:
    """The rows of a table against their newest links."""
    columns, begin = columns_of(table), 0
    for batch in _batches(connection, table):
        end = batch[-1]["last"] if batch else END
        rows = list(read(connection, table, columns, begin, end))
        counts[table] += len(rows)
        place = 0
        for link in batch:
            while place < len(rows) and rows[place][0] < link["first"]:
                yield _new_row(table, rows[place][0])
                place += 1
            start = place
            while place < len(rows) and rows[place][0] <= link["last"]:
                place += 1
            yield from _compare(table, link, rows[start:place])
        for row in rows[place:]:
            yield _new_row(table, row[0])
        begin = end + 1


def _new_row(table: str, key: Any) -> Fault:
    what = f"Row {TABLES[table].key} {key} of {table} was not written by Caretaker: no link names it."
    return Fault(table, f"{TABLES[table].key} {key}", "", what)


def _batches(connection: Connection, table: str) -> Iterator[list[RowMapping]]:
    """The newest link of each row, in order of the rows, some thousand rows at a time; then none."""
    after = -1
    while page := connection.execute(_newest(table, after)).mappings().all():
        batch: list[RowMapping] = []
        count = 0
        for link in page:
            batch.append(link)
            count += link["count"]
            if count >= PAGE:
                yield batch
                batch, count = [], 0
        if batch:
            yield batch
        after = page[-1]["first"]
    yield []


def _newest(table: str, after: int) -> Any:
    """SQL: the newest link of each row behind `after`, some thousands of them."""
    place = (LINK.c.table_name == table) & (LINK.c.first > after)
    newest = select(func.max(LINK.c.seq)).where(place).group_by(LINK.c.first)
    return (
        select(LINK).where(LINK.c.seq.in_(newest.order_by(LINK.c.first).limit(PAGE))).order_by(LINK.c.first)
    )


def _compare(table: str, link: RowMapping, rows: Sequence[Row]) -> Iterator[Fault]:
    """Whether the rows of a link are what it says; else which, and where."""
    columns = columns_of(table)
    ordered = in_order(table, columns, rows)
    values = [row[1:] for row in ordered]
    now = digest(list(columns), values)
    if now.whole == link["digest"]:
        return
    written = cast("dict[str, str]", json.loads(link["fields"]))
    lost_columns = [name for name in written if name not in columns]
    if lost_columns:
        what = f"{table} has no column {lost_columns[0]} any more, which link {link['seq']} is made of."
        yield Fault(table, "", lost_columns[0], what)
        return
    if list(written) != list(columns):  # before a column was added
        places = [list(columns).index(name) for name in written]
        values = [tuple(row[place] for place in places) for row in values]
        now = digest(list(written), values)
    if now.whole == link["digest"]:
        return
    fields = ", ".join(name for name in written if now.fields.get(name) != written[name])
    changed = [
        f"{TABLES[table].key} {ordered[number][0]}{_item(table, written, values[number])}"
        for number in _changed_rows(link, values)
    ]
    yield from _row_faults(table, link, len(rows), changed, fields)


def _changed_rows(link: RowMapping, values: Sequence[Row]) -> list[int]:
    """Numbers of those rows of a link that it does not know."""
    if link["count"] == 1 and len(values) == 1:
        return [0]
    known = {link["rows"][at : at + SHORT] for at in range(0, len(link["rows"]), SHORT)}
    present = row_digests([[encode(value) for value in row] for row in values])
    return [n for n in range(len(values)) if present[n * SHORT : (n + 1) * SHORT] not in known]


def _row_faults(
    table: str, link: RowMapping, count: int, changed: Sequence[str], fields: str
) -> Iterator[Fault]:
    key, missing = TABLES[table].key, link["count"] - count
    where = f"{key} {link['first']}" + (f" to {link['last']}" if link["last"] != link["first"] else "")
    if missing > 0:
        what = f"Of {table}, {where}, {missing:,} of {link['count']:,} rows were taken away."
        yield Fault(table, where, "", what)
    for row in changed:
        what = f"Row {row} of {table} is not what was written"
        known = fields if missing == 0 else ""
        yield Fault(table, row, known, f"{what}: {known} changed." if known else f"{what}.")
    if not changed and missing <= 0:
        yield Fault(table, where, fields, f"Of {table}, {where}, rows are not what was written: {fields}.")


def _item(table: str, written: dict[str, str], row: Row) -> str:
    item = TABLES[table].item
    if not item:
        return ""
    value = row[list(written).index(item)]
    return f", {item} {value.decode(errors='replace') if isinstance(value, bytes) else value}"
