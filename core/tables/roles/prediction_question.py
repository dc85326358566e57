"""Which column holds what the model answered? Asked with the columns that could, where none is known."""

from collections.abc import Iterator

from core.tables.roles.guess import Guess
from core.tables.roles.prediction_guess import PAIR, could_be, unread
from core.tables.roles.requested_roles import Choice, RequestedRoles, UnsureRole
from core.tables.table import Table
from core.tables.values.columns import as_number, kind_of

OFFERED = 6


def ask_for_predictions(table: Table, requested: RequestedRoles, guessed: Guess) -> None:
    """Make sure that something says what the model answered.

    Raises:
        UnsureRole: nothing does; offers the columns that could hold it.
    """
    roles, classes = guessed.roles, guessed.classes
    if roles.prediction or roles.scores:
        return
    used = {requested.label, roles.id, roles.time, roles.label_available_at}
    free = [str(name) for name in table.frame.columns if name not in {*used, *requested.exclude}]
    raise UnsureRole(
        f"{table.source}: which column holds what the model answered?",
        "Give a column the role prediction in Data, or choose another way here.",
        "--prediction",
        (*_predictions(table, free, classes), *_probabilities(table, free, classes))[:OFFERED],
    )


def _predictions(table: Table, free: list[str], classes: tuple[str, ...]) -> Iterator[Choice]:
    what = "the predicted class" if classes else "the predicted number"
    for name in free:
        if table.frame[name].notna().any() and _names_classes(table, name, classes):
            yield Choice(f"{name}: {what}", {"prediction": name})


def _probabilities(table: Table, free: list[str], classes: tuple[str, ...]) -> Iterator[Choice]:
    """Numbers from 0 to 1, not 0 and 1 alone; one column says it all for two classes only."""
    for name in free if len(classes) == PAIR else []:
        if kind_of(table.frame[name]) == "number" and not _names_classes(table, name, classes):
            numbers = as_number(table, name).dropna()
            if numbers.between(0, 1).all() and not numbers.isin([0, 1]).all():
                yield Choice(f"{name}: the probability of {classes[-1]}", {"score": name})


def _names_classes(table: Table, name: str, classes: tuple[str, ...]) -> bool:
    """Whether every value is a class in some spelling (two towns are no names for two classes); a number."""
    return could_be(table, name, classes) and not (classes and unread(table, name, classes))
