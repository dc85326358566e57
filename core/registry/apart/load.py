"""Load a version in a process of its own that can import only what the version requires.

The environment is made of the packages that are installed here, one link for each: nothing is downloaded.
Where one of the required versions is not installed here, the process sees all packages, and that is said.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from core.registry.apart import child
from core.registry.load import download, is_skops
from core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from packaging.requirements import Requirement

LONGEST = 300
"""Seconds: loading takes as long as importing MLflow, ten on a busy machine."""
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")
NORMAL = re.compile(r"[-_.]+")


@dataclass(frozen=True, slots=True)
class LoadedApart:
    """What came of it.

    Attributes:
        outputs: probabilities or numbers for the rows; None where it did not load.
        packages: how many it could import; 0 where it saw all that are installed here.
        why: why it was not asked, or not with its own requirements alone; empty where it was.
        trouble: the last line of what it said when it failed.
        seconds: of loading; `memory` the most bytes used, `model` those of them that loading and asking took.
    """

    outputs: Any = None
    packages: int = 0
    why: str = ""
    trouble: str = ""
    seconds: float = 0.0
    memory: int = 0
    model: int = 0


def load_apart(settings: Settings, registry_name: str, version: str, rows: "pd.DataFrame") -> LoadedApart:
    """Load it there and ask it for some rows.

    Raises:
        RegistryError: there is no such version, or its files are gone.
    """
    folder = download(settings, registry_name, version)
    if not is_skops(folder):
        return LoadedApart(why="it is no scikit-learn model in the skops format")
    required, missing = closure((folder / "requirements.txt").read_text(encoding="utf-8").splitlines())
    with TemporaryDirectory() as place:
        site = Path(place) / "site"
        folders = [path for path in sys.path if path] if missing else [str(link(required, site))]
        rows.to_pickle(f"{place}/rows.pickle")
        return _run(folder, Path(place), folders, len(required), _why(missing))


def _why(missing: list[str]) -> str:
    return f"{', '.join(missing[:4])} is not installed here" if missing else ""


def _run(folder: Path, place: Path, folders: list[str], packages: int, why: str) -> LoadedApart:
    out, script = place / "out.json", str(child.__file__)
    command = [sys.executable, "-I", "-S", script, json.dumps(folders), str(folder)]
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    env |= {"MLFLOW_DISABLE_TELEMETRY": "true", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [*command, f"{place}/rows.pickle", str(out)],
            cwd=place,
            env=env,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return LoadedApart(why=f"it did not load within {LONGEST} seconds")
    number = 0 if why else packages
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return LoadedApart(packages=number, why=why, trouble=lines[-1])
    document = json.loads(out.read_text(encoding="utf-8"))
    model = max(0, document["peak"] - document["libraries"])
    return LoadedApart(document["outputs"], number, why, "", document["seconds"], document["peak"], model)


def closure(lines: list[str]) -> tuple[list[Distribution], list[str]]:
    """The installed distributions that requirements need, with all that those need; and what is missing.

    Args:
        lines: of a requirements file.

    >>> installed, missing = closure(["packaging>=1", "no-such-package==1.0"])
    >>> [one.metadata["Name"] for one in installed], missing
    (['packaging'], ['no-such-package==1.0'])
    """
    from packaging.requirements import Requirement

    waiting = [Requirement(text) for line in lines if (text := line.partition("#")[0].strip())]
    by_name: dict[str, Distribution] = {}
    missing: list[str] = []
    while waiting:
        requirement = waiting.pop()
        name = NORMAL.sub("-", requirement.name).lower()
        try:
            one = by_name.get(name) or distribution(requirement.name)
        except PackageNotFoundError:
            missing.append(str(requirement))
            continue
        if not requirement.specifier.contains(one.version, prereleases=True) or one.files is None:
            missing.append(str(requirement))
        elif name not in by_name:
            by_name[name] = one
            waiting += _needs(one, requirement)
    return [by_name[name] for name in sorted(by_name)], missing


def _needs(one: Distribution, requirement: "Requirement") -> "Iterator[Requirement]":
    from packaging.requirements import Requirement

    for text in one.requires or ():
        needed = Requirement(text)
        extras = ("", *requirement.extras)
        if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
            yield needed


def link(distributions: list[Distribution], site: Path) -> Path:
    """A folder with a link to each module of the distributions, and nothing else that can be imported."""
    site.mkdir()
    for one in distributions:
        tops = {file.parts[0] for file in one.files or () if file.parts[0] not in {"..", "__pycache__"}}
        for top in tops:
            target = site / top
            if not target.exists():
                target.symlink_to(Path(str(one.locate_file(top))).resolve())
    return site
