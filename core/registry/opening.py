"""What goes wrong while a model's files are opened, as a sentence: a module is missing, a file is damaged."""

from collections.abc import Iterator
from contextlib import contextmanager
from pickle import PickleError

from core.errors import RegistryError
from core.registry.foreign import ORDINARY
from core.training.boosters.errors import own_errors

BROKEN: tuple[type[Exception], ...] = (
    *ORDINARY,
    AttributeError,
    AssertionError,
    ArithmeticError,
    EOFError,
    NameError,
    OSError,
    PickleError,
    SyntaxError,
)
"""What code and files of others raise when they do not fit what is installed here."""


@contextmanager
def opening(title: str) -> Iterator[None]:
    """Say of which version the files cannot be opened, and why.

    Raises:
        RegistryError: a module that it needs is missing, or its files are gone, damaged or of other versions.
    """
    from mlflow.exceptions import MlflowException
    from yaml import YAMLError

    try:
        yield
    except ImportError as error:
        raise RegistryError(
            f"{title} needs the Python module {error.name}, which cannot be imported here ({error}).",
            "Install it beside Caretaker or put its folder on PYTHONPATH, then start Caretaker again; "
            "or log the model together with its code (code_paths).",
        ) from error
    except FileNotFoundError as error:
        raise RegistryError(
            f"{title} cannot be opened: {error.filename or error} is gone.",
            "Bring the file back from a backup (it lies below mlartifacts/), or log the model again.",
        ) from error
    except (*BROKEN, MlflowException, YAMLError, *own_errors()) as error:
        reason = (str(error).strip().splitlines() or [""])[0]
        raise RegistryError(
            f"{title} cannot be opened ({type(error).__name__}: {reason}).",
            "Its files are damaged, or were made with other versions of its libraries: compare with the "
            "requirements.txt beside the model, or log the model again.",
        ) from error
