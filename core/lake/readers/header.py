"""The names of the columns of a file that arrives."""

from collections import Counter
from collections.abc import Sequence

from core.errors import SchemaError
from core.lake.readers.limits import check_shape

LONGEST_NAME = 200


def checked_names(source: str, names: Sequence[str]) -> list[str]:
    """The names without spaces around them.

    Raises:
        SchemaError: there are too many, one is empty or too long, or two are the same; says which.
    """
    check_shape(source, 0, len(names))
    stripped = [name.strip() for name in names]
    for number, name in enumerate(stripped, start=1):
        if not name:
            raise SchemaError(
                f"{source}: column {number} has no name.",
                "Name it; a table written by pandas needs index=False.",
            )
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise SchemaError(
                f"{source}: the name of column {number} ({name[:40]!r}) cannot be a name.",
                "The first line of the file must be its header: short names, one a column.",
            )
    twice = [name for name, count in Counter(stripped).items() if count > 1]
    if twice:
        raise SchemaError(
            f"{source}: the column {twice[0]!r} occurs {stripped.count(twice[0])} times.",
            "Every column needs a name of its own.",
        )
    return stripped
