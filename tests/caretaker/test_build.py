"""Broken here: a module of the wheel imports a name that only the repository has, or means something else."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def rewritten():
    spec = importlib.util.spec_from_file_location("caretaker_setup", ROOT / "setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.rewritten


@pytest.mark.parametrize(
    ("here", "installed"),
    [
        ("from core.errors import DataError", "from caretaker.core.errors import DataError"),
        ("from core import logs as core", "from caretaker.core import logs as core"),
        (
            "import core.store.types\nx = core.store",
            "import caretaker.core.store.types\nx = caretaker.core.store",
        ),
        ("import core.logs as logs, app", "import caretaker.core.logs as logs, caretaker.app as app"),
        ("if x:\n    from pages import a", "if x:\n    from caretaker.pages import a"),
        ("é = 'ü'; from core import a", "é = 'ü'; from caretaker.core import a"),
        ("f'see `python -m core {x}`'", "f'see `caretaker {x}`'"),
        ('"""Start it.\n\n`streamlit run app.py`"""', '"""Start it.\n\n`caretaker`"""'),
    ],
)
def test_imports_and_commands_are_those_of_an_installed_caretaker(rewritten, here, installed):
    assert rewritten(here) == installed


@pytest.mark.parametrize(
    "source",
    [
        "from .core import a",
        "from corelib import core\ncore.x",
        "core = 1\ncore.real",
        "name = 'core.jobs.warm'",
        "# from core import a",
        "'''from core import a'''",
        "import numpy.core, somebody.app",
        "from somebody import app\napp.run()",
    ],
)
def test_everything_else_stays_as_it_is(rewritten, source):
    assert rewritten(source) == source


def test_every_module_of_the_repository_stays_a_module(rewritten):
    """Positions count bytes: one slip and the wheel holds broken syntax."""
    paths = [ROOT / "app.py", *(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    for path in paths:
        compile(rewritten(path.read_text(encoding="utf-8")), path, "exec")
    assert len(paths) > 200
