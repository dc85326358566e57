"""Names of our modules: `core.x` in the repository is `caretaker.core.x` where Caretaker was installed.

What is stored, sent to another process or hashed carries the repository's name, so that one home can be
opened by both.
"""

from pathlib import Path

REPOSITORY, INSTALLED = "core", "caretaker.core"
ROOT = __name__.rpartition(".")[0]
"""What this package is called here."""
IMPORT_FOLDER = Path(__file__).resolve().parents[len(ROOT.split("."))]
"""The folder that must be on the path of a Python that imports it."""


def local_name(name: str) -> str:
    """The name here of a module (or "module:function") that carries the repository's name.

    >>> local_name("core.jobs.warm"), local_name("somebody.core")
    ('core.jobs.warm', 'somebody.core')
    """
    return f"{ROOT}{name.removeprefix(REPOSITORY)}" if name.startswith(f"{REPOSITORY}.") else name


def stored_name(name: str) -> str:
    """The inverse of `local_name`, for names from here and from an installed Caretaker.

    >>> stored_name("caretaker.core.training.features"), stored_name("core.jobs"), stored_name("sklearn.svm")
    ('core.training.features', 'core.jobs', 'sklearn.svm')
    """
    installed = name.startswith(f"{INSTALLED}.")
    return f"{REPOSITORY}{name.removeprefix(INSTALLED)}" if installed else name
