"""What a version needs is named as it was installed."""

import subprocess
import sys
from pathlib import Path

from core.registry import files, package


def test_a_module_that_came_under_another_name_is_asked_for_by_that_name(tmp_path, monkeypatch):
    """`xgboost-cpu` brings the module xgboost: no distribution of that name is there."""
    (tmp_path / "xgboost").mkdir()
    (tmp_path / "xgboost" / "__init__.py").touch()
    known = tmp_path / "xgboost_cpu-3.9.dist-info"
    known.mkdir()
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: xgboost-cpu\nVersion: 3.9\n")
    (known / "RECORD").write_text("xgboost/__init__.py,,\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    needed = package.requirements(["xgboost.sklearn.XGBClassifier", "sklearn.pipeline.Pipeline"])
    assert needed[-1] == "xgboost-cpu==3.9"
    assert {name.partition("==")[0] for name in needed[:-1]} == set(package.PINNED)


def test_our_code_in_a_model_is_whole(tmp_path):
    """Each of our modules that a model can hold is imported from the copies, without Caretaker beside."""
    modules = sorted(set(files.LENT.values()))
    folder = Path(package._own_code([f"{module}.Anything" for module in modules], tmp_path)).parent
    names = [package.LOADER, *modules]
    others = [path for path in sys.path if not Path(path, "core", "errors.py").exists()]
    code = f"""
import subprocess
import sys
from pathlib import Path
from importlib import import_module
sys.path = [{str(folder)!r}] + {others}
for name in {names}:
    assert import_module(name).__file__.startswith({str(folder)!r}), name
"""
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
