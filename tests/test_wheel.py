"""Broken here: Caretaker cannot be installed, brings names of others along, or does not run where it is."""

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pandas as pd
import pytest

from core.jobs import client
from core.registry import files
from core.settings import Settings
from core.training.features import TableFeatures

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("caretaker", "core", "pages", "data/demo", ".streamlit", "examples")
FILES = ("app.py", "setup.py", "MANIFEST.in", "pyproject.toml", "requirements.txt", "README.md", "LICENSE")
PATIENCE = 300
pytestmark = pytest.mark.processes


@dataclass
class Environment:
    """A fresh environment that finds the libraries of the tests, and nothing of this checkout."""

    folder: Path

    @property
    def site(self):
        """Where its packages lie."""
        (site,) = self.folder.glob("lib/python*/site-packages")
        return site

    def names(self):
        """What is importable or written there, without what finds the libraries."""
        return {path.name for path in self.site.iterdir()} - {"libraries.pth"}

    @property
    def python(self):
        """Its Python."""
        return self.folder / "bin" / "python"

    def start(self, program, *words, home, **how):
        """A program of it, in a folder."""
        outside = {k: v for k, v in os.environ.items() if not k.startswith(("CARETAKER_", "PYTHON"))}
        command = (self.folder / "bin" / program, *words)
        return subprocess.Popen(command, cwd=home, env=outside, stdout=subprocess.PIPE, text=True, **how)

    def run(self, program, *words, home):
        """What a program says that ends well."""
        with self.start(program, *words, home=home, stderr=subprocess.PIPE) as process:
            out, error = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, error
        return out


def pip(*words):
    subprocess.run((sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *words), check=True)


def environment(folder):
    venv.create(folder, symlinks=True)
    fresh = Environment(folder)
    libraries = sysconfig.get_paths()["purelib"]
    (fresh.site / "libraries.pth").write_text(f"import site; site.addsitedir({libraries!r})\n")
    return fresh


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Made from the source distribution, as it would be published."""
    folder = tmp_path_factory.mktemp("source")
    checkout = folder / "checkout"
    for name in PARTS:
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, checkout / name)
    build = "from setuptools import build_meta; build_meta.build_sdist('..')"
    subprocess.run((sys.executable, "-c", build), cwd=checkout, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("caretaker-*.tar.gz")
    pip("wheel", "--no-deps", "--no-build-isolation", "-w", folder, archive)
    (made,) = folder.glob("caretaker-*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    fresh = environment(tmp_path_factory.mktemp("installed") / "environment")
    pip("--python", fresh.python, "install", "--no-deps", wheel)
    return fresh


def test_one_name_is_new_and_every_file_of_the_program_is_below_it(installed):
    ours = {name for name in installed.names() if not name.endswith(".dist-info")}
    assert ours == {"caretaker"}
    wanted = {
        path.relative_to(ROOT)
        for part in ("core", "pages", "data/demo")
        for path in (ROOT / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    below = installed.site / "caretaker"
    assert not sorted(str(path) for path in wanted if not (below / path).exists())
    assert (below / "app.py").exists()
    assert (below / "py.typed").exists()


def test_no_module_imports_a_name_of_the_repository(installed):
    pattern = re.compile(r"^\s*(?:from|import) (?:core|pages|app)\b", re.MULTILINE)
    code = [path for path in (installed.site / "caretaker").rglob("*.py") if ">>>" not in path.read_text()]
    assert len(code) > 200
    assert not [path for path in code if pattern.search(path.read_text())]


def test_the_command_runs_and_names_itself(installed, tmp_path):
    said = installed.run("caretaker", "--help", home=tmp_path)
    assert "Usage: caretaker " in said
    assert "opens the app" in " ".join(said.split())
    assert "promote" in said
    assert "caretaker add" in installed.run("caretaker", "list", home=tmp_path)
    assert (tmp_path / "caretaker-data" / "caretaker.db").exists()
    assert "python -m core" not in installed.run("caretaker", "doctor", home=tmp_path)
    assert installed.run("python", "-m", "caretaker", "--help", home=tmp_path) == said


def test_a_model_that_the_repository_saved_opens_where_it_is_installed(installed, tmp_path):
    """A home can be opened by both; the other way round is tested in tests/registry/test_load.py."""
    files.save(TableFeatures(numeric=("size",)).fit(pd.DataFrame({"size": [1.0]})), tmp_path / "model.skops")
    script = (
        "from pathlib import Path; from caretaker.core.registry import files; "
        "from caretaker.core.settings import Settings; "
        "print(type(files.read(Settings(), Path('model.skops'))))"
    )
    said = installed.run("python", "-c", script, home=tmp_path)
    assert said.strip() == "<class 'caretaker.core.training.features.TableFeatures'>"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("monitor_a_log", ["red: The model is getting worse. Since Jan 2016", "The challenger is better:"]),
        ("find_label_errors", ["of 1,797 labels are wrong", "are among the"]),
    ],
)
def test_the_examples_run_where_it_is_installed(installed, tmp_path, name, words):
    shutil.copy(ROOT / "examples" / f"{name}.py", tmp_path)
    said = installed.run("python", f"{name}.py", home=tmp_path)
    assert all(each in said for each in words)
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.py"]


def test_alone_it_opens_the_app_and_the_worker_sets_up_the_demo(installed, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = installed.start("caretaker", "--server.port", str(port), home=tmp_path)
    try:
        page = eventually(lambda: fetch(f"http://127.0.0.1:{port}/healthz"), server)
        assert '"ready":true' in page
        jobs = eventually(lambda: begun(Settings(home=tmp_path / "caretaker-data")), server)
        assert [(job.kind, job.state) for job in jobs] == [("demo", "running")]
        assert "hotel" in jobs[0].message.lower()
    finally:
        server.terminate()
        client.close()
        printed, _ = server.communicate(timeout=PATIENCE)
    assert f"http://127.0.0.1:{port}" in printed


def begun(settings):
    """The jobs once one has a message, or has ended."""
    jobs = client.recent_jobs(settings)
    return [job for job in jobs if job.message or job.state not in {"queued", "running"}]


def fetch(address):
    try:
        with urlopen(address, timeout=5) as answer:
            return answer.read().decode()
    except (URLError, TimeoutError):
        return ""


def eventually(look, process):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if result := look():
            return result
        time.sleep(0.3)
    raise AssertionError(f"not within {PATIENCE} s; the server's exit code: {process.poll()}")


def test_uninstalling_leaves_nothing(wheel, tmp_path):
    fresh = environment(tmp_path / "environment")
    programs = {path.name for path in (fresh.folder / "bin").iterdir()}
    pip("--python", fresh.python, "install", "--no-deps", wheel)
    pip("--python", fresh.python, "uninstall", "-y", "caretaker")
    assert fresh.names() == set()
    assert {path.name for path in (fresh.folder / "bin").iterdir()} == programs
