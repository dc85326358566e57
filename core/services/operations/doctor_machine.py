"""The doctor on the machine: Python, libraries, the home folder, the disk, and who may reach the server."""

import os
import shutil
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from core.people import is_sign_in_configured
from core.private import is_open
from core.services.operations.doctor_check import Check, size
from core.settings import PROJECT, Settings
from core.version import current_version

OLDEST, NEWEST = (3, 11), (3, 13)
LITTLE, TOO_LITTLE = 2_000_000_000, 200_000_000
INSTALL = "pip install -r requirements.txt"


def machine(settings: Settings) -> Iterator[Check]:
    """What has nothing to do with any model."""
    yield Check("machine", "Caretaker", "ok", current_version())
    yield _python()
    yield _libraries(PROJECT / "requirements.txt")
    yield _home(settings.home)
    yield _disk(settings.home)
    yield _address(PROJECT / ".streamlit")


def _python() -> Check:
    now = ".".join(map(str, sys.version_info[:3]))
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return Check("machine", "Python", "watch", f"{now} is not tested.", "Use Python 3.11 to 3.13.")
    return Check("machine", "Python", "ok", now)


def _libraries(file: Path) -> Check:
    wrong, count = [], 0
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else requires("caretaker") or []
    for line in lines:
        text = line.partition("#")[0].strip()
        if not text:
            continue
        requirement, count = Requirement(text), count + 1
        try:
            present = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(present, prereleases=True):
            wrong.append(f"{requirement.name} {present} is not {requirement.specifier}")
    if wrong:
        return Check("machine", "libraries", "broken", f"{'; '.join(wrong)}.", f"Run `{INSTALL}`.")
    return Check("machine", "libraries", "ok", f"{count} as {file.name} wants them")


def _home(home: Path) -> Check:
    folder = home.resolve()
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        hint = "Choose another folder with CARETAKER_HOME, or give this user the right to write."
        return Check("machine", "home", "broken", f"{folder} cannot be written.", hint)
    if folder.exists() and is_open(folder):
        hint = (
            f"Shut it: `chmod o-rwx {folder}`; the next command does it where the folder is its user's own."
        )
        return Check("machine", "home", "watch", f"Everybody on this machine can enter {folder}.", hint)
    return Check("machine", "home", "ok", str(folder) + ("" if folder.exists() else " (not made yet)"))


def _disk(home: Path) -> Check:
    folder = home.resolve()
    free = shutil.disk_usage(next(parent for parent in (folder, *folder.parents) if parent.exists())).free
    state = "ok" if free > LITTLE else "watch" if free > TOO_LITTLE else "broken"
    hint = "" if state == "ok" else "Make room, or move CARETAKER_HOME to a larger disk."
    return Check("machine", "disk", state, f"{size(free)} free", hint)  # type: ignore[arg-type]


def _address(folder: Path) -> Check:
    """Where the server would listen, and whether people sign in."""
    server = _toml(folder / "config.toml").get("server", {})
    address = os.environ.get("STREAMLIT_SERVER_ADDRESS") or server.get("address")
    where = f"listens on {address or 'every address'}"
    if is_sign_in_configured((folder, Path.home() / ".streamlit")):
        return Check("doors", "server", "ok", f"{where}; people sign in")
    if _local(address):
        return Check("doors", "server", "ok", f"{where}; this machine only, without sign-in")
    hint = "Configure [auth] in .streamlit/secrets.toml, or listen on 127.0.0.1."
    return Check("doors", "server", "broken", f"{where} without sign-in: it will refuse to start.", hint)


def _local(address: str | None) -> bool:
    try:
        return address == "localhost" or ip_address(address or "").is_loopback
    except ValueError:
        return False


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
