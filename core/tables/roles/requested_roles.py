"""What a person said about the columns of a first file, and the question where a guess is not safe."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from core.errors import SchemaError
from core.model import Item, Task
from core.tables.table import vector_of

NONE = "none"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question about the columns: what is shown, and what it says of `RequestedRoles`."""

    title: str
    roles: dict[str, Any]


class UnsureRole(SchemaError):
    """What a column means cannot be guessed safely.

    Next: say it, by the option that the hint names or by one of the choices in Setup.

    Attributes:
        option: of the command line that says it.
        choices: the answers that make sense.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY
    exit_code = 2

    def __init__(self, message: str, hint: str, option: str, choices: tuple[Choice, ...] = ()) -> None:
        super().__init__(message, hint)
        self.option = option
        self.choices = choices


@dataclass(frozen=True, slots=True)
class RequestedRoles:
    """What the person said about the columns; None is guessed, "none" means that there is no such column.

    Attributes:
        scores: class -> column of its probability; said in these words, it is not held against the labels.
        include: columns that are features whatever they look like; `exclude`: those that are not. A vector
            that came as lists goes by its name.
        means: value of the prediction column -> the class that it means, where the texts differ.
        group: column that names what a row belongs to, of which there are several: a customer, a machine.
        embedding: columns of a vector that another model made of the row, or what numbered ones are called.
        one_label: a cell such as "red|wet" is one class, not several labels.
    """

    label: str
    task: Task | None = None
    id: str | None = None
    time: str | None = None
    prediction: str | None = None
    score: str | None = None
    scores_prefix: str | None = None
    exclude: tuple[str, ...] = ()
    segments: tuple[str, ...] | None = None
    item: Item | None = None
    item_column: str | None = None
    label_available_at: str | None = None
    positive: str | None = None
    scores: Mapping[str, str] = field(default_factory=dict)
    version: str | None = None
    include: tuple[str, ...] = ()
    means: Mapping[str, str] = field(default_factory=dict)
    one_label: bool = False
    group: str | None = None
    embedding: tuple[str, ...] = ()

    @property
    def single_columns(self) -> tuple[str | None, ...]:
        """The columns that each play a part of their own, as they were said."""
        return (
            self.label,
            self.id,
            self.time,
            self.prediction,
            self.score,
            self.item_column,
            self.label_available_at,
            self.version,
            self.group,
        )

    def of_columns(self, columns: Collection[str]) -> "RequestedRoles":
        """The same of a table with these columns: a vector stands for the columns of its places.

        >>> RequestedRoles("y", exclude=("emb", "z")).of_columns(["y", "z_1", "emb_0", "emb_1"]).exclude
        ('emb_0', 'emb_1', 'z')
        """
        every = {name: [name] for name in columns}
        for name in columns:
            vector = vector_of(name)
            if vector not in columns and f"{vector}_0" in columns:
                every.setdefault(vector, []).append(name)
        include, exclude = (
            tuple(place for name in names for place in every.get(name, [name]))
            for names in (self.include, self.exclude)
        )
        return replace(self, include=include, exclude=exclude)
