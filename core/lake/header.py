"""The names of the columns of a file that arrives."""

from collections import Counter

from core.errors import SchemaError


def check_names(source: str, names: list[str]) -> None:
    """Refuse names that occur twice or are empty.

    Raises:
        SchemaError: says which.
    """
    for number, name in enumerate(names, start=1):
        if not name.strip():
            raise SchemaError(
                f"{source}: column {number} has no name.",
                "Name it; a table written by pandas needs index=False.",
            )
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise SchemaError(
            f"{source}: the column {twice[0]!r} occurs {names.count(twice[0])} times.",
            "Every column needs a name of its own.",
        )
