"""Broken here: Caretaker cannot be built as a wheel, or what is installed from it is incomplete."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("core", "pages", "app.py", "pyproject.toml", "requirements.txt", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The files of the wheel, unpacked as an installation does."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in PARTS:
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(origin, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, source / name)
    command = (
        sys.executable,
        "-m",
        "pip",
        "wheel",
        ".",
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        "..",
    )
    subprocess.run(command, cwd=source, check=True)
    (wheel,) = folder.glob("caretaker-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_every_file_of_the_program_is_in_the_wheel(installed):
    wanted = {
        path.relative_to(ROOT)
        for part in ("core", "pages")
        for path in (ROOT / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert not sorted(str(path) for path in wanted if not (installed / path).exists())
    assert (installed / "app.py").exists()


def test_the_command_runs_from_what_is_installed(installed, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    environment.pop("CARETAKER_HOME", None)

    def run(*words):
        command = (sys.executable, "-m", "core", *words)
        return subprocess.run(
            command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True
        )

    assert "promote" in run("--help").stdout
    listed = run("list", "--format", "json")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert (tmp_path / "caretaker-data" / "caretaker.db").exists()
    assert not (installed / "data").exists()
