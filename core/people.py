"""Whether people sign in, for processes that know no Streamlit."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from core.errors import AccessError
from core.settings import PROJECT

FOLDERS = (PROJECT / ".streamlit", Path.home() / ".streamlit")
"""Where Streamlit reads its secrets from."""


def is_sign_in_configured(folders: Sequence[Path]) -> bool:
    """Whether `[auth]` stands in a secrets.toml of one of the folders."""
    files = (folder / "secrets.toml" for folder in folders)
    return any("auth" in tomllib.loads(file.read_text("utf-8")) for file in files if file.is_file())


def require_no_sign_in(what: str) -> None:
    """Refuse what needs a proven name where people sign in: on the command line anybody writes any name.

    Raises:
        AccessError: people sign in.
    """
    if is_sign_in_configured(FOLDERS):
        raise AccessError(
            f"{what} needs a name that is proven, and people sign in here.",
            "Do it on the page, where your name is known.",
        )
