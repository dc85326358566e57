"""The rules of the house that a reader relies on: sizes, directions of imports, true documents."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_FILES = 15
FOLDERS = ("caretaker", "core", "pages")
SOURCES = [ROOT / "app.py", *(path for name in FOLDERS for path in sorted((ROOT / name).rglob("*.py")))]


def lines(path):
    return len(path.read_text().splitlines())


def test_files_stay_small():
    """A file over 300 lines is split by noun before it lands."""
    written = [p for p in SOURCES if "migrations" not in p.parts and lines(p) > 1]
    assert {str(p.relative_to(ROOT)): lines(p) for p in written if lines(p) > 300} == {}
    assert median(lines(p) for p in written) <= 120


@pytest.mark.parametrize("top", ["core", "pages", "caretaker"])
def test_no_room_has_more_than_fifteen_files(top):
    """A floor of files is a list that nobody reads: a room that grows is cut in two; migrations only add."""
    folders = (path for path in (ROOT / top).rglob("*") if path.is_dir() and path.name != "versions")
    rooms = [ROOT / top, *folders]
    counts = {str(room.relative_to(ROOT)): len(list(room.glob("*.py"))) for room in rooms}
    assert {room: count for room, count in counts.items() if count > MOST_FILES} == {}


def test_imports_go_one_way():
    """Streamlit, Altair, MLflow and SQL stay in their rooms."""
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-1000:]


def test_architecture_names_every_room():
    """ARCHITECTURE.md is the map: a room that is missing on it, or that is gone, misleads."""
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rooms = {p.name for p in (ROOT / "core").iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    assert {room for room in rooms if f"`{room}/`" not in text} == set()
    named = set(re.findall(r"^\| `([a-z]+)/`", text, re.MULTILINE))
    assert named <= rooms


def test_the_ci_runs_the_readmes_test_command():
    """What CI proves is what the README promises."""
    command = next(line for line in (ROOT / ".ci/run").read_text().splitlines() if "tests/run.py" in line)
    assert command.removeprefix("exec ") in (ROOT / "README.md").read_text()


def test_the_readme_says_how_the_page_is_reached():
    """Streamlit opens no browser while it is headless: a reader who waits for one sees nothing."""
    with (ROOT / ".streamlit/config.toml").open("rb") as file:
        server = tomllib.load(file)["server"]
    said = (ROOT / "README.md").read_text()
    assert server["headless"] is True
    assert f"open <http://localhost:{server.get('port', 8501)}>" in said
    assert "It opens" not in said


def test_every_error_says_what_to_do_next():
    """An error without a hint leaves a person alone."""
    from core import errors

    tree = (errors.__doc__ or "").split()
    classes = [n for n, c in vars(errors).items() if isinstance(c, type) and issubclass(c, Exception)]
    assert {name for name in classes if name not in tree} == set()
