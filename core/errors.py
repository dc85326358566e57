"""The one rooted error tree: a message for the person, and a hint what to do next.

CaretakerError
├── DataError            the data that came in
│   ├── SchemaError          a column is missing, has the wrong type or an impossible value
│   ├── UnreadableFile       the bytes are not the format they claim to be
│   └── DuplicateBatch       the same content was taken in before
├── LabelError           an answer, a claim or a revision
├── RetrainError         a recipe, a split or a fit
├── RegistryError        the model registry
│   ├── PromotionRefused     the champion is not the one that was compared
│   └── UntrustedModel       a model file holds types that are not on the allow-list
├── StoreError           the folder, the disk or a file of the stores
│   └── DiskFull             there is no room left
├── BadSetting           a variable of the environment
├── AccessError          who may do what
└── BusyError            something else is at work; try again
"""

from http import HTTPStatus
from typing import ClassVar


class CaretakerError(Exception):
    """Something a person can understand and act upon: `message` says what, `hint` what to do next.

    >>> str(CaretakerError("The file is empty.", "Send a file with rows."))
    'The file is empty. Send a file with rows.'

    Attributes:
        http_status: with which a program hears of it over HTTP; a class without one of its own has that of
            the class above it.
    """

    http_status: ClassVar[int] = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}"


class DataError(CaretakerError):
    """The data that came in cannot be used.

    Attributes:
        source: the file that it is about, where several came.
        column: the column, where one is to blame; `row` the data row, from 1.
    """

    source: str = ""
    column: str | None = None
    row: int | None = None


class SchemaError(DataError):
    """A column is missing, has the wrong type or holds an impossible value."""


class UnreadableFile(DataError):
    """The bytes are not the format they claim to be."""


class DuplicateBatch(DataError):
    """The same content was taken in before; nothing was changed."""


class LabelError(CaretakerError):
    """An answer, a claim or a revision cannot be taken."""


class RetrainError(CaretakerError):
    """A recipe, a split or a fit failed."""


class RegistryError(CaretakerError):
    """The model registry refused or cannot be reached."""


class PromotionRefused(RegistryError):
    """The champion is no longer the one that the challenger was compared with."""


class UntrustedModel(RegistryError):
    """A model file holds types that are not on the allow-list."""


class StoreError(CaretakerError):
    """A folder, a database or a file of ours cannot be used."""

    http_status = HTTPStatus.SERVICE_UNAVAILABLE


class DiskFull(StoreError):
    """There is no room left; what was there before is whole."""

    http_status = HTTPStatus.INSUFFICIENT_STORAGE


class BadSetting(CaretakerError):
    """A variable of the environment has a value that cannot be used."""


class AccessError(CaretakerError):
    """This person may not do this."""

    http_status = HTTPStatus.UNAUTHORIZED


class BusyError(CaretakerError):
    """Something else is at work; trying again later will do."""

    http_status = HTTPStatus.SERVICE_UNAVAILABLE
