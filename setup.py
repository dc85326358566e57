"""How the wheel is made: everything of ours lies below the one name `caretaker` in it.

In the repository `core`, `pages` and `app` are imported under these names, which would clash with those of
anybody else's project: on the way into the wheel they become `caretaker.core` ... Absolute imports are
rewritten where the syntax tree has them, and the commands that texts name are those of an installed
Caretaker. Names of modules in other strings stay: `core.modules` reads them.
"""

import ast
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
PACKAGE = "caretaker"
OURS = ("core", "pages", "app")
PARTS = ("core", "pages", "app.py", "data/demo", ".streamlit/config.toml", "requirements.txt")
"""What lies beside the front door in the repository, and below it in the wheel."""
COMMANDS = (("python -m core", "caretaker"), ("streamlit run app.py", "caretaker"))
"""What people type in the repository, and where Caretaker is installed."""

Edit = tuple[int, int, str]
"""First byte, byte after the last, what comes there."""


def rewritten(source: str) -> str:
    """A module of the repository as it lies in the wheel.

    >>> rewritten("from core.errors import DataError"), rewritten("import app, numpy")
    ('from caretaker.core.errors import DataError', 'import caretaker.app as app, numpy')
    """
    content, tree = source.encode(), ast.parse(source)
    starts, whole = _line_starts(content), _whole_names(tree)
    edits = {edit for node in ast.walk(tree) for edit in _edits(node, content, starts, whole)}
    for first, after, text in sorted(edits, reverse=True):
        content = content[:first] + text.encode() + content[after:]
    return content.decode()


def _line_starts(content: bytes) -> list[int]:
    starts = [0]
    for line in content.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _whole_names(tree: ast.Module) -> set[str]:
    """Our names that `import core.x` binds: every use of them is rewritten too."""
    names = [name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    return {name.name.partition(".")[0] for name in names if _is_ours(name.name) and "." in name.name}


def _edits(node: ast.AST, content: bytes, starts: list[int], whole: set[str]) -> Iterator[Edit]:
    if isinstance(node, ast.ImportFrom) and not node.level and _is_ours(node.module or ""):
        first = content.index(str(node.module).encode(), _at(node, starts) + len("from"))
        yield first, first, f"{PACKAGE}."
    elif isinstance(node, ast.Import):
        yield from (_import(name, starts) for name in node.names if _is_ours(name.name))
    elif isinstance(node, ast.Name) and node.id in whole:
        yield _at(node, starts), _at(node, starts), f"{PACKAGE}."
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from _commands(node, content, starts)


def _import(name: ast.alias, starts: list[int]) -> Edit:
    """`import core.x` binds `caretaker`, through which every use is written; `import app` keeps its name."""
    first = _at(name, starts)
    binds = "" if name.asname or "." in name.name else f" as {name.name}"
    return first, first + len(name.name), f"{PACKAGE}.{name.name}{binds}"


def _commands(node: ast.Constant, content: bytes, starts: list[int]) -> Iterator[Edit]:
    first = _at(node, starts)
    after = starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)
    for here, installed in COMMANDS:
        at = content.find(here.encode(), first, after)
        while at >= 0:
            yield at, at + len(here), installed
            at = content.find(here.encode(), at + 1, after)


def _at(node: ast.expr | ast.stmt | ast.alias, starts: list[int]) -> int:
    return starts[node.lineno - 1] + node.col_offset


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in OURS


class BuildUnderOneName(build_py):
    """Builds `caretaker/`, and below it what lies beside it in the repository."""

    def run(self) -> None:
        """Copy the package, then the other parts."""
        if self.editable_mode:
            sys.exit("Caretaker is not installed in editable mode: run it in its checkout, as it is.")
        super().run()
        target = Path(self.build_lib) / PACKAGE
        for path in _files():
            copy = target / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        for path in target.rglob("*.py"):
            path.write_text(rewritten(path.read_text(encoding="utf-8")), encoding="utf-8")


def _files() -> Iterator[Path]:
    for part in (ROOT / name for name in PARTS):
        files = part.rglob("*") if part.is_dir() else [part]
        yield from (path for path in files if path.is_file() and path.suffix != ".pyc")


if __name__ == "__main__":
    setup(cmdclass={"build_py": BuildUnderOneName})
