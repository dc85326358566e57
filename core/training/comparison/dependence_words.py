"""What a comparison says about rows that belong together."""

from core.stats.together.dependence import RULES, Dependence

FEW_GROUPS = 12
"""With fewer groups t puts the 5 % bound more than 10 % farther out than with very many."""
SMALLEST_P = 0.001
WIDER = 1.05
"""A width that is shown as more than 1.0 times."""


def sentence(why: Dependence, group: str | None) -> str:
    """What was taken together and what that costs, for people; empty where every row counted by itself.

    Args:
        why: by what a difference was judged.
        group: column with the role group.

    >>> sentence(Dependence("time", 8.4, 0.0001, None, "day", 88), None)  # doctest: +NORMALIZE_WHITESPACE
    'The differences hang together in time (p < 0.001), so the interval is by days (88): 2.9 times as wide as
    by rows.'
    >>> sentence(Dependence("groups", 1.0, 0.4, 6), "machine")
    'Rows of one machine belong together, so the interval is by machine (6); so few groups prove little.'
    >>> lasting = Dependence("time", 24.0, 0.0001, None, "30 rows", 10, rows_needed=480)
    >>> sentence(lasting, None)  # doctest: +NORMALIZE_WHITESPACE
    'The differences hang together in time (p < 0.001), for so long that these rows are as good as fewer than
    20 independent ones: too few for an interval that holds. About 480 rows would be enough.'
    >>> sentence(Dependence("rows", 1.0, 0.4), None)
    ''
    """
    if why.groups == 1:
        return f"All rows are of one {group}: nothing is known of others."
    if why.kind == "rows":
        return ""
    reasons, by = [], []
    if why.groups is not None:
        reasons.append(f"rows of one {group} belong together")
        by.append(f"{group} ({why.groups:,})")
    if why.block is not None and why.p is not None:
        p = f"p = {why.p:.3f}" if why.p >= SMALLEST_P else f"p < {SMALLEST_P}"
        reasons.append(f"the differences hang together in time ({p})")
        by.append(f"{_unit(why.block)} ({why.blocks})")
    text = " and ".join(reasons)
    wide = why.ratio**0.5
    wider = f": {wide:.1f} times as wide as by rows" if wide >= WIDER else ""
    if why.rows_needed is not None:
        return (
            f"{text[0].upper()}{text[1:]}, for so long that these rows are as good as fewer than "
            f"{RULES.worth:g} independent ones: too few for an interval that holds. About "
            f"{why.rows_needed:,} rows would be enough."
        )
    few = "; so few groups prove little" if why.groups is not None and why.groups < FEW_GROUPS else ""
    return f"{text[0].upper()}{text[1:]}, so the interval is by {' and '.join(by)}{wider}{few}."


def _unit(block: str) -> str:
    """The unit of blocks in the plural.

    >>> _unit("day"), _unit("50 rows")
    ('days', 'blocks of 50 rows')
    """
    return f"blocks of {block}" if block.endswith("rows") else f"{block}s"
