"""The rows of a source as they are joined: one for each key, or for each key and moment."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from core.errors import SchemaError
from core.tables.table import Table, require_columns, require_rows
from core.training.features import as_category, as_number, as_times
from core.training.joined.joined_columns import as_keys

RESERVED_NAME = "Its name starts with an underscore, which is kept for Caretaker."


@dataclass(frozen=True, slots=True)
class SourceRules:
    """What of a source can be learnt from.

    Attributes:
        names_share: of the different keys, share of different texts from which on a column holds names:
            nothing can be learnt from what nearly every key has for itself
            (`core.tables.roles.feature_guess.UNIQUE_SHARE`).
        few_values: up to so many different texts are kinds, however few keys there are
            (`core.tables.roles.feature_guess.FEW_VALUES`).
        mostly: share of the texts above which a column holds numbers or times: a twentieth may be mistyped
            (`core.training.search.derivations.DerivationRules`).
        named: rows that a refusal names.
    """

    names_share: float = 0.5
    few_values: int = 8
    mostly: float = 0.95
    named: int = 3


RULES = SourceRules()


@dataclass(frozen=True, slots=True)
class LeftOutColumn:
    """A column of a source that is not joined, and why."""

    column: str
    why: str


@dataclass(frozen=True, slots=True)
class SourceRows:
    """What a source brings.

    Attributes:
        keys: (N,) texts, none of them empty.
        moments: (N,) since when a row is known; None: its rows hold for every time.
        values: N rows of the columns that may be joined: numbers, or texts (kinds).
        times: of `values`, those that came as times; they are days since 1970.
        left_out: the other columns.
        without_key: rows that were left out because they have no key, or no readable time.
    """

    keys: "pd.Series[str]"
    moments: "pd.Series[pd.Timestamp] | None"
    values: pd.DataFrame
    times: tuple[str, ...]
    left_out: tuple[LeftOutColumn, ...]
    without_key: int

    def without(self, columns: "tuple[LeftOutColumn, ...]") -> "SourceRows":
        """The same without these columns, which are named."""
        values = self.values.drop(columns=[one.column for one in columns])
        return replace(self, values=values, left_out=(*self.left_out, *columns))


def read_source(table: Table, key: str, time: str | None, rules: SourceRules = RULES) -> SourceRows:
    """Check a table that is to be joined by `key`.

    Args:
        table: as it came.
        key: its column of keys.
        time: its column that says since when a row was known; None: its rows hold for every time.
        rules: which columns can be learnt from.

    Raises:
        SchemaError: a column is missing, no row has a key, or two rows have the same key (and moment).
    """
    require_rows(table)
    require_columns(table, [key] if time is None else [key, time])
    keys = as_keys(table.frame[key])
    moments = None if time is None else as_times(table.frame[time])
    usable = (keys != "").to_numpy()
    if moments is not None:
        usable = usable & moments.notna().to_numpy()
    if not usable.any():
        what = f"column {key!r}" if time is None else f"columns {key!r} and {time!r}"
        raise SchemaError(f"{table.source}: {what}: no row has a value.", "Name the column of the keys.")
    usable_rows = table.select(np.flatnonzero(usable))
    keys = keys[usable].reset_index(drop=True)
    moments = None if moments is None else moments[usable].reset_index(drop=True)
    _refuse_duplicates(usable_rows, key, keys, moments, rules)
    values, times, left_out = {}, [], []
    for name in usable_rows.frame.columns.drop([key] if time is None else [key, time]):
        if str(name).startswith("_"):
            left_out.append(LeftOutColumn(str(name), RESERVED_NAME))
            continue
        column, is_time, why = _read_values(usable_rows.frame[name], keys.nunique(), rules)
        if why:
            left_out.append(LeftOutColumn(str(name), why))
            continue
        values[str(name)] = column
        times += [str(name)] if is_time else []
    unread = [LeftOutColumn(name, f"It {why}.") for name, why in table.unread.items()]
    frame = pd.DataFrame(values, index=keys.index)
    return SourceRows(keys, moments, frame, tuple(times), (*left_out, *unread), int((~usable).sum()))


def _refuse_duplicates(
    table: Table,
    key: str,
    keys: "pd.Series[str]",
    moments: "pd.Series[pd.Timestamp] | None",
    rules: SourceRules,
) -> None:
    """Raise where a key stands twice for the same moment: which row counts cannot be known.

    Raises:
        SchemaError: names the rows.
    """
    identity = keys.to_frame("key") if moments is None else keys.to_frame("key").assign(moment=moments)
    again = identity.duplicated(keep=False).to_numpy()
    if not again.any():
        return
    groups = identity[again].groupby(list(identity.columns), sort=False)
    places = []
    for _, group in list(groups)[: rules.named]:
        at = [table.place(int(position)) for position in group.index[: rules.named]]
        places.append(f"{keys[group.index[0]]!r} in {' and '.join(at)}")
    more = "" if groups.ngroups <= rules.named else f"; {groups.ngroups:,} keys in all"
    moment = "" if moments is None else " for the same moment"
    error = SchemaError(
        f"{table.source}: column {key!r}: keys stand twice{moment}: {'; '.join(places)}{more}.",
        "Send one row for each key, or name the column that says since when a row was known.",
    )
    error.column, error.row = key, table.row(int(np.argmax(again)))
    raise error


def _read_values(
    column: "pd.Series[Any]", keys: int, rules: SourceRules
) -> tuple["pd.Series[Any]", bool, str]:
    """The column as numbers or kinds, whether it holds times, and why it cannot be used; "" where it can."""
    known = column.dropna()
    if known.nunique() < 2:  # noqa: PLR2004 -- of one value nothing can be learnt
        return column, False, "It has the same value everywhere."
    if pd.api.types.is_datetime64_any_dtype(column):
        return as_number(column), True, ""
    numbers = as_number(column)
    if numbers.notna().sum() > rules.mostly * len(known):
        return numbers, False, ""
    texts = as_category(column)
    times = as_times(texts)
    if times.notna().sum() > rules.mostly * len(known):
        return as_number(times), True, ""
    different = texts.nunique()
    if different > rules.few_values and different > rules.names_share * keys:
        return texts, False, "Nearly every key has a text of its own: nothing can be learnt from it."
    return texts, False, ""
