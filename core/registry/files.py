"""Model files in the skops format, and the allow-list that stands before every load."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from core.errors import UntrustedModel
from core.modules import INSTALLED, REPOSITORY, local_name
from core.settings import Settings

LENT = {
    f"{package}.{folder}.{module}": local_name(f"core.training.{module}")
    for package in (REPOSITORY, INSTALLED)
    for folder in ("training", "retraining")
    for module in (
        "features",
        "similarity",
        "encoders.encoded",
        "trends.trend",
        "search.derived",
        "joined.joined_columns",
    )
}
"""Our modules as model files of the repository, an installed or an older Caretaker name them -> as here."""
TRUSTED_PREFIXES = ("sklearn.", "numpy.", "scipy.", *(f"{name}." for name in LENT))


def save(estimator: Any, path: Path) -> Path:
    """Write a fitted estimator to a skops file; a crash leaves the old file or the new one."""
    import skops.io

    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    skops.io.dump(estimator, partial)
    return partial.replace(path)


def read(settings: Settings, path: Path) -> Any:
    """Load an estimator from a skops file after looking at every type in it.

    Raises:
        UntrustedModel: the file holds a type that is not on the allow-list, or is no skops file.
        RegistryError: one of our transformers in it was saved in another format.
    """
    return read_with_types(settings, path)[0]


def read_with_types(settings: Settings, path: Path) -> tuple[Any, list[str]]:
    """The estimator, and the types in it that skops wants to be trusted by name.

    Raises:
        UntrustedModel: the file holds a type that is not on the allow-list, or is no skops file.
        RegistryError: one of our transformers in it was saved in another format.
    """
    import skops.io

    types = trusted_types(settings, path)
    return skops.io.load(path, trusted=types), types


def trusted_types(settings: Settings, path: Path) -> list[str]:
    """The types in the file that skops wants to be trusted by name, when the allow-list has all of them.

    Raises:
        UntrustedModel: a type is not on the list, or the file is no skops file.
    """
    from zipfile import BadZipFile

    import skops.io

    _lend_names()
    try:
        types = [str(name) for name in skops.io.get_untrusted_types(file=path)]
    except (BadZipFile, KeyError, ValueError) as error:
        raise UntrustedModel(
            f"{path.name} is not a model file in the skops format.",
            "Save the model with skops; files with pickled objects are never opened.",
        ) from error
    allowed = TRUSTED_PREFIXES + settings.trusted_model_types
    strange = [name for name in types if not name.startswith(allowed)]
    if strange:
        raise UntrustedModel(
            f"The model file holds types that are not trusted: {', '.join(strange)}.",
            "If they are yours, add their prefix to CARETAKER_TRUSTED_MODEL_TYPES; else leave the file.",
        )
    return types


def _lend_names() -> None:
    """Let files that were written elsewhere, or before a module moved, find it under the name they know."""
    for name, module in LENT.items():
        sys.modules.setdefault(name, import_module(module))
