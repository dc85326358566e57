"""Blocks of time and groups of rows, out of the columns that say them."""

from typing import Any

import numpy as np
import pandas as pd

from core.stats.arrays import Ints
from core.stats.together.dependence import RULES, DependenceRules, Together

UNITS = {"hour": "h", "day": "D", "week": "W", "month": "M"}
"""Calendar units by which rows may hang together, and what pandas calls them."""


def rows_together(
    groups: "pd.Series[Any] | None", times: "pd.Series[Any] | None", rules: DependenceRules = RULES
) -> Together:
    """Which rows belong together.

    Args:
        groups: (n,) name of each row's group; None without such a role. A row without a name is alone.
        times: (n,) moment of each row, or its place in the order of arrival; None where nothing is known.
        rules: which blocks are tried.

    >>> hours = pd.Series(pd.date_range("2024-01-01", periods=480, freq="h"))
    >>> both = rows_together(pd.Series(["a", "b"] * 240), hours)
    >>> {name: len(np.unique(block)) for name, block in both.blocks.items()}, len(np.unique(both.groups))
    ({'day': 20, '24 rows': 20, '48 rows': 10}, 2)
    """
    return Together(
        None if groups is None else group_numbers(groups), {} if times is None else time_blocks(times, rules)
    )


def group_numbers(groups: "pd.Series[Any]") -> Ints:
    """The number of each row's group; a row without one has its own.

    >>> group_numbers(pd.Series(["a", None, "a", None])).tolist()
    [0, 1, 0, 2]
    """
    codes, _ = pd.factorize(groups)
    alone = codes < 0
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    return np.asarray(codes, dtype=np.int64)


def time_blocks(times: "pd.Series[Any]", rules: DependenceRules = RULES) -> dict[str, Ints]:
    """Unit of time -> (n,) block of each row.

    Calendar units that cut the rows into enough blocks of more than one row, and blocks of equally many rows.

    >>> list(time_blocks(pd.Series(range(1000))))
    ['50 rows', '100 rows']
    """
    n, blocks = len(times), {}
    if pd.api.types.is_datetime64_any_dtype(times):
        moments = times.dt.tz_localize(None) if times.dt.tz is not None else times
        for name, unit in UNITS.items():
            numbers = pd.factorize(moments.dt.to_period(unit))[0]
            if rules.fewest_blocks <= numbers.max(initial=-1) + 1 <= n / 2 and (numbers >= 0).all():
                blocks[name] = np.asarray(numbers, dtype=np.int64)
    if n >= rules.rows:
        place = np.empty(n, dtype=np.int64)
        place[np.argsort(times.to_numpy(), kind="stable")] = np.arange(n)
        for count in rules.stretches:
            blocks[f"{n // count} rows"] = place * count // n
    return blocks
