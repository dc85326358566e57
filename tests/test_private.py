"""Broken here: other users of the machine can read labels, customers' rows, keys or models."""

import os
import stat
import subprocess
import sys

import pytest

from core.services.operations import doctor_machine
from core.settings import PROJECT, Settings
from core.store.workspace import open_workspace

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_the_command_line_makes_is_for_its_user_alone(tmp_path):
    """A home with its databases, and a backup of it beside it."""
    home, backup = tmp_path / "home", tmp_path / "monday.tar.zst"
    environment = {**os.environ, "CARETAKER_HOME": str(home)}
    script = (
        "import os, runpy, sys; os.umask(0o022); sys.argv = ['core', *sys.argv[1:]]; "
        "runpy.run_module('core', run_name='__main__')"
    )
    subprocess.run(
        (sys.executable, "-c", script, "backup", str(backup)),
        cwd=PROJECT,
        env=environment,
        check=True,
        capture_output=True,
    )
    made = [home, backup, *home.rglob("*")]
    assert home / "caretaker.db" in made
    assert {str(path): oct(mode(path)) for path in made if mode(path) & 0o077} == {}


def test_a_home_of_an_older_caretaker_is_shut(tmp_path):
    tmp_path.chmod(0o755)
    open_workspace(Settings(home=tmp_path)).engine.dispose()
    assert mode(tmp_path) == 0o750


def test_every_process_begins_by_keeping_its_files_private():
    for name in ("core/__main__.py", "core/worker.py", "app.py"):
        assert "keep_private()" in (PROJECT / name).read_text(encoding="utf-8"), name


def test_the_doctor_names_a_home_that_everybody_can_enter(tmp_path, monkeypatch):
    """One that belongs to somebody else cannot be shut by us."""
    tmp_path.chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    open_workspace(Settings(home=tmp_path)).engine.dispose()
    assert mode(tmp_path) == 0o755
    check = doctor_machine._home(tmp_path)
    assert (check.state, f"chmod o-rwx {tmp_path}" in check.hint) == ("watch", True)
    tmp_path.chmod(0o700)
    assert doctor_machine._home(tmp_path).state == "ok"
