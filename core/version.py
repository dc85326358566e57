"""The version of Caretaker: pyproject.toml says it, everything else reads it here."""

from pathlib import Path

PROJECT_FILE = Path(__file__).resolve().parent.parent / "pyproject.toml"


def current_version() -> str:
    """The version of this checkout, or of the package that was installed.

    >>> current_version().count(".")
    2
    """
    import tomllib
    from importlib.metadata import version

    if PROJECT_FILE.exists():
        return str(tomllib.loads(PROJECT_FILE.read_text(encoding="utf-8"))["project"]["version"])
    return version("caretaker")
