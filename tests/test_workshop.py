"""Broken here: two lists of the workshop differ, a file that only CI reads is wrong, versions contradict."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from typer.testing import CliRunner

from core.api.openapi import document
from core.cli.app import build
from core.services.operations.doctor_machine import machine
from core.settings import Settings
from core.version import current_version
from tests.pin import direct

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
COMPOSE = ("compose.yml", "compose.team.yml")


def tool(name, *words):
    """What a linter of this environment says; empty when it found nothing."""
    path = shutil.which(name, path=str(Path(sys.executable).parent)) or name
    done = subprocess.run([path, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr or f"exit code {done.returncode}"


def pinned():
    """Name -> version of constraints.txt, whose lines are nothing else."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line[:1] != "#"]
    pairs = [line.split("==") for line in lines]
    assert [name for name, _ in pairs] == sorted(name for name, _ in pairs)
    assert all(len(pair) == 2 and canonicalize_name(pair[0]) == pair[0] for pair in pairs)
    return {name: Version(number) for name, number in pairs}


@pytest.mark.parametrize(
    "file", ["requirements.txt", "requirements-team.txt", "requirements-cluster.txt", "requirements-dev.txt"]
)
def test_tested_versions_are_inside_the_ranges(file):
    """Who installs with -c constraints.txt gets what was tested, or a sentence that pip cannot resolve it."""
    versions = pinned()
    for wanted in direct(ROOT / file):
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), wanted


def test_every_lower_bound_is_named():
    """Without one an old version that was never tried may be installed."""
    assert [str(r) for r in direct(ROOT / "requirements-dev.txt") if ">=" not in str(r.specifier)] == []


def test_dependency_groups_are_the_requirements_files():
    groups = PROJECT["dependency-groups"]
    own = {Requirement(each) for each in groups["dev"] if isinstance(each, str)}
    extras = {name: {Requirement(each) for each in groups[name]} for name in ("team", "cluster")}
    included = [{"include-group": name} for name in extras]
    assert [each for each in groups["dev"] if not isinstance(each, str)] == included
    assert {name: set(direct(ROOT / f"requirements-{name}.txt")) for name in extras} == extras
    assert own.union(*extras.values()) | set(direct(ROOT / "requirements.txt")) == set(
        direct(ROOT / "requirements-dev.txt")
    )


def test_there_is_one_version(tmp_path):
    """A report of a fault names a version: it must be the one that runs."""
    version = current_version()
    assert version == PROJECT["project"]["version"]
    assert document([], "")["info"]["version"] == version
    assert CliRunner().invoke(build(), ["--version"]).output == f"caretaker {version}\n"
    checks = {check.name: check.detail for check in machine(Settings(home=tmp_path))}
    assert checks["Caretaker"] == version


def test_the_dockerfile_has_no_fault():
    assert tool("hadolint", "Dockerfile") == ""


@pytest.mark.parametrize(
    ("schema", "files"),
    [("vendor.compose-spec", COMPOSE), ("vendor.github-workflows", (".github/workflows/ci.yml",))],
)
def test_what_others_run_follows_its_schema(schema, files):
    assert tool("check-jsonschema", "--builtin-schema", schema, *files) == ""


def test_containers_are_reached_from_this_machine_only():
    """A port that Docker publishes on every address goes past the firewall of most machines."""
    services = {}
    for file in COMPOSE:
        for name, service in yaml.safe_load((ROOT / file).read_text())["services"].items():
            services[name] = services.get(name, {}) | service
    for name, service in services.items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        assert service.get("network_mode") == "host" or service.get("ports"), name
        assert any(volume.split(":")[0] in {"home", "tables", "artifacts"} for volume in service["volumes"])
    command = services["mlflow"]["command"]
    assert command[command.index("--host") + 1] == "127.0.0.1"
    with (ROOT / ".streamlit/config.toml").open("rb") as file:
        assert tomllib.load(file)["server"]["address"] == "127.0.0.1"


def test_the_image_runs_as_somebody_without_rights_and_keeps_its_home():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER 10001:10001"]
    assert "VOLUME /data" in lines
    assert any("CARETAKER_HOME=/data" in line for line in lines)


def test_compose_files_set_what_is_a_setting():
    """A variable that was renamed would leave a team on SQLite without a word."""
    names = set(re.findall(r"\bCARETAKER_(\w+):", "".join((ROOT / file).read_text() for file in COMPOSE)))
    assert (
        {"DATABASE_URL", "JOBS_URL", "MLFLOW_URI"}
        <= names
        <= {name.upper() for name in Settings.model_fields}
    )


def test_no_secret_is_committed_or_copied_into_an_image():
    for file in (".gitignore", ".dockerignore"):
        assert {".streamlit/secrets.toml", ".env"} <= set((ROOT / file).read_text().splitlines()), file


def test_no_password_has_a_default():
    uses = re.findall(r"\$\{(\w+)(.{0,2})", "".join((ROOT / file).read_text() for file in COMPOSE))
    assert uses
    assert set(uses) == {("POSTGRES_PASSWORD", ":?")}


def test_the_public_ci_runs_the_readmes_test_command_on_every_python():
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    assert {"run": "python3 tests/run.py"} in jobs["check"]["steps"]
    assert f"{jobs['check']['steps'][-1]['run']}\n" in (ROOT / "README.md").read_text()
    tested = {case["python"] for case in jobs["check"]["strategy"]["matrix"]["include"]}
    assert tested == {"3.11", "3.12", "3.13"}


def test_scripts_are_checked_with_pinned_packages_and_no_address():
    folder = ROOT / "tests/js"
    lock = json.loads((folder / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    wanted = json.loads((folder / "package.json").read_text())["devDependencies"]
    assert all(lock["packages"][f"node_modules/{name}"]["version"] == wanted[name] for name in wanted)


def test_pre_commit_runs_the_tools_of_this_environment():
    """A hook with a version of its own would refuse what CI takes."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    (hooks,) = [repo["hooks"] for repo in config["repos"]]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert {hook["id"] for hook in hooks} == {"ruff", "format", "mypy", "imports", "labeller"}
