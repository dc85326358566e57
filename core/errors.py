"""The one rooted error tree: a message for the person, and a hint what to do next.

CaretakerError
├── DataError            the data that came in
│   ├── SchemaError          a column is missing, has the wrong type or an impossible value
│   ├── UnreadableFile       the bytes are not the format they claim to be
│   └── DuplicateBatch       the same content was taken in before
├── LabelError           an annotation, a claim or a revision
├── RetrainError         a recipe, a split, a fit or a comparison
├── RegistryError        the model registry
│   ├── PromotionRefused     the champion is not the one that was compared, or a test failed
│   └── UntrustedModel       a model file holds types that are not on the allow-list
├── StoreError           the folder, the disk or a file of the stores
│   └── DiskFull             there is no room left
├── BadSetting           a variable of the environment
├── AccessError          who may do what
│   └── WrongToken           it was not made here, or was changed
└── BusyError            something else is at work; try again

What one room alone raises stands there, as a class below one of these. Every class says when it is raised,
after `Next:` what a person does then, and chooses its status: `docs/reference/errors.md` is written from it.
"""

from http import HTTPStatus
from typing import ClassVar


class CaretakerError(Exception):
    """Something a person can understand and act upon: `message` says what, `hint` what to do next.

    Itself, not as one of its kinds, it tells of a job that is unknown, was stopped, failed or has arguments
    that do not fit, and of a fault of ours, with a reference to the log.

    >>> str(CaretakerError("The file is empty.", "Send a file with rows."))
    'The file is empty. Send a file with rows.'

    Next: do what the hint says, most often put the job in line again; tell the engineer a reference.

    Attributes:
        http_status: with which a program hears of it over HTTP.
        exit_code: of a command that ends with it: 1 refused or failed, 2 asked in the wrong way.
    """

    http_status: ClassVar[int] = HTTPStatus.UNPROCESSABLE_ENTITY
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}"


class DataError(CaretakerError):
    """The data that came in cannot be used, or what was asked for is not in the data.

    Next: correct what the message names - the file, the period, the name - and do it again.

    Attributes:
        source: the file that it is about, where several came.
        column: the column, where one is to blame; `row` the data row, from 1.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY
    source: str = ""
    column: str | None = None
    row: int | None = None


class SchemaError(DataError):
    """A column is missing, has the wrong type or holds an impossible value; nothing was taken in.

    Next: correct the column in the file, or say which column is meant, and send it again.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class UnreadableFile(DataError):
    """The bytes are not the format they claim to be: an empty or cut-off file, a broken picture.

    Next: write the file again where it comes from, in one of the formats that the hint names.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class DuplicateBatch(DataError):
    """The same content was taken in before; nothing was changed.

    Next: nothing; rows that were corrected are sent as they are now and replace the older ones.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class LabelError(CaretakerError):
    """An annotation, a claim or a revision cannot be taken; nothing was written.

    Next: reload the page, or correct the annotation in the way that the hint says.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class RetrainError(CaretakerError):
    """A recipe, a split, a fit or a comparison cannot be made of these rows.

    Next: choose another recipe or version, or bring the rows and labels that are missing.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class RegistryError(CaretakerError):
    """The model registry refused or cannot be reached, or what it holds is no model that can be asked.

    Next: look whether the MLflow server answers (`doctor` does) and whether the version is in it.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class PromotionRefused(RegistryError):
    """The champion is no longer the one that was compared, a test failed, or a reason is missing.

    Next: compare with the present champion and decide again; write the reason where one is asked for.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class UntrustedModel(RegistryError):
    """A model file holds types that are not on the allow-list; it was not opened, so none of its code ran.

    Next: if the model is your own, name it in `CARETAKER_TRUSTED_MODELS`, or its types in
    `CARETAKER_TRUSTED_MODEL_TYPES`.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class StoreError(CaretakerError):
    """A folder, a database or a file of ours is missing, damaged or cannot be written.

    Next: give the folder back its rights, or restore the file from a backup; `doctor` says what is wrong.
    """

    http_status = HTTPStatus.SERVICE_UNAVAILABLE


class DiskFull(StoreError):
    """There is no room left; what was there before is whole.

    Next: make room on the disk of the home, then do the same again.
    """

    http_status = HTTPStatus.INSUFFICIENT_STORAGE


class BadSetting(CaretakerError):
    """A variable of the environment has a value that cannot be used; the process did not start.

    Next: correct the variable that is named, or take it away: every setting has a default.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class AccessError(CaretakerError):
    """This person, page or program may not do this: no role, no token, or one that is not valid any more.

    Next: sign in or reload the page, make a token in Setup, or ask the engineer for the role.
    """

    http_status = HTTPStatus.UNAUTHORIZED


class WrongToken(AccessError):
    """A token or a signed address that Caretaker did not make, or that was changed; many of them are counted.

    Next: send the token as it was shown when it was made, or reload the page.
    """

    http_status = HTTPStatus.UNAUTHORIZED


class BusyError(CaretakerError):
    """Something else is at work, or not ready yet: another process, the worker, a restore; nothing was lost.

    Next: try again in some seconds; programs wait as long as `Retry-After` says.
    """

    http_status = HTTPStatus.SERVICE_UNAVAILABLE
