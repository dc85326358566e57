"""Which column names what rows belong to: a customer, a machine. Rows of one are not independent."""

from collections.abc import Collection

from core.tables.roles.requested_roles import NONE, RequestedRoles
from core.tables.roles.role_reasons import Why
from core.tables.table import Table

GROUP_NAMES = frozenset(
    {
        "account",
        "animal",
        "branch",
        "client",
        "company",
        "customer",
        "device",
        "driver",
        "employee",
        "household",
        "machine",
        "member",
        "merchant",
        "patient",
        "person",
        "player",
        "sensor",
        "station",
        "store",
        "student",
        "subject",
        "supplier",
        "user",
        "vehicle",
    }
)
ENDINGS = ("_id", "_no", "_nr", "_key", "_number", "id")
FEWEST_GROUPS, ROWS_OF_ONE = 12, 2
"""With fewer groups t puts a 5 % bound more than 10 % farther out: a person may say so, a guess does not.
Fewer than two rows a group in the mean, and rows hardly belong together."""


def guess_group(
    table: Table, requested: RequestedRoles, used: Collection[str | None], why: Why
) -> str | None:
    """The column that names what rows belong to; None where nothing says so.

    Args:
        table: the file.
        requested: what was said.
        used: columns that play another part.
        why: is told the reason.

    >>> import pandas as pd
    >>> visits = Table(pd.DataFrame({"PatientID": [f"p{i % 20}" for i in range(60)]}), "visits.csv")
    >>> guess_group(visits, RequestedRoles("y"), [], Why())
    'PatientID'
    """
    if requested.group is not None:
        return None if requested.group == NONE else requested.group
    for name in map(str, table.frame.columns):
        if name in used or not _is_named_so(name):
            continue
        column = table.frame[name]
        count = column.nunique()
        if count >= FEWEST_GROUPS and column.notna().all() and ROWS_OF_ONE * count <= len(column):
            what = f"{count:,} different values in {len(column):,} rows"
            why.say(f"Rows of one {name!r} belong together: its name says so, and there are {what}.", name)
            return name
    return None


def _is_named_so(name: str) -> bool:
    """Whether it is called like a group, or like the number of one.

    >>> _is_named_so("customer_id"), _is_named_so("Machine"), _is_named_so("plaid")
    (True, True, False)
    """
    lower = name.lower()
    stems = {lower, *(lower.removesuffix(ending) for ending in ENDINGS)}
    return bool(stems & GROUP_NAMES)
