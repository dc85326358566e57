"""A journey killed before every one of its writes: does it end as one that nobody disturbed?

A home with the real registry goes the whole way: two recipes are trained, compared, tested and promoted, the
target is told, a shadow predicts what comes, is promoted, guarded and rolled back. Every stage runs in a
process of its own, which sends itself SIGKILL before its first write, before its second, and so on: commits
to either store, files that are copied or renamed, programs that are started. After each kill it is held
against what must hold at any moment; then the stage is done again, by turns as a worker does that finds the
job (it reconciles, and goes on after the last step that ended) and as a person who repeats the command, and
the home is held against the one that nobody disturbed. The journey goes on from a home that was killed.

python -m tests.benchmarks.kill_points [--stages NAME ...] [--every N]
"""

import argparse
import gc
import json
import os
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # a process that is forked may have no threads

import numpy as np
import pandas as pd

from core.errors import DataError
from core.jobs import foreground, warm  # noqa: F401 -- what is imported here no child imports again
from core.jobs.runner import StepCall, call, work_folder
from core.jobs.spec import StepContext, quiet
from core.services.deployment.jobs import Announce, Promote, Rollback
from core.services.experiments.jobs import Compare, Retrain
from core.services.ingestion.jobs import Ingest
from core.services.onboarding.adjust import adjust
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.services.shadow import start
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table
from core.worker import reconcile_step
from tests.benchmarks.kill_hooks import in_child
from tests.benchmarks.kill_state import differences, faults_now, state

NAME, REASON = "shop", "it is smaller and as good"
RECIPES = ("logistic_regression", "extra_trees")
MANY = 10
"""Of a stage with more writes than these, every n-th can be enough."""
PARTS = {"log": (0, 720), "first.csv": (720, 840), "second.csv": (840, 1_000)}


def rows(part):
    """A shop whose sales followed z while the first champion learnt, and follow x ever since."""
    rng = np.random.default_rng(0)
    number = PARTS["second.csv"][1]
    x, z = rng.normal(size=(2, number))
    follows = np.where(np.arange(number) < PARTS["log"][1] // 3, z, x)
    frame = pd.DataFrame({
        "id": range(number), "day": pd.date_range("2020-01-01", periods=number // 2).repeat(2),
        "x": x, "z": z,
        "y": np.where(follows + rng.normal(scale=0.3, size=number) > 0, "yes", "no"),
    })  # fmt: skip
    return frame.iloc[slice(*PARTS[part])]


def connect(settings):
    """The home at the beginning of the journey."""
    ws = open_workspace(settings)
    wanted = RequestedRoles(label="y", task="binary", time="day")
    recipe = "logistic_regression"
    request = ConnectRequest(
        NAME, wanted, train_until="2020-04-30", recipe=recipe, chunk="month", metric="accuracy"
    )
    connect_table(ws, request, Table(rows("log"), "sales.parquet"))
    adjust(ws, NAME, "eve", deploy_to=("site",))
    return sorted(sys.modules)


def promotion(version):
    """A promotion by a person who has a reason for it."""
    return Promote(model=NAME, by="eve", version=version, reason=REASON, override="smaller_or_faster")


def delivery(part):
    """A file comes; the champion predicts it, Health is told, and who watches looks."""
    return Ingest(model=NAME, paths=(str(Path(os.environ["JOURNEY"]) / part),), by="eve")


STAGES = {
    "retrain": lambda: Retrain(model=NAME, by="eve", recipes=RECIPES),
    "compare and test": lambda: Compare(model=NAME, by="eve", challenger="2"),
    "promote": lambda: promotion("2"),
    "live": lambda: Announce(model=NAME),
    "compare the next": lambda: Compare(model=NAME, by="eve", challenger="3"),
    "shadow": lambda: None,
    "watch": lambda: delivery("first.csv"),
    "promote the shadow": lambda: promotion("3"),
    "guard": lambda: delivery("second.csv"),
    "roll back": lambda: Rollback(model=NAME, by="eve", reason="the guard says so", replaces="3"),
    "live again": lambda: Announce(model=NAME),
}


def as_person(settings, stage):
    """The command, from its beginning; that the file came before is no trouble."""
    job = STAGES[stage]()
    if job is None:
        ws = open_workspace(settings)
        return start.start(ws, NAME, "3", by="eve")["version"]
    try:
        foreground.run(settings, job, quiet)
    except DataError as error:
        if "before" not in error.message:
            raise
    return stage


def as_worker(settings, stage):
    """The job under its id: steps that ended are remembered, as the job library does."""
    job, notes = STAGES[stage](), Path(os.environ["JOURNEY"]) / "steps.json"
    if job is None:
        return as_person(settings, stage)
    ended = json.loads(notes.read_text()) if notes.exists() else []
    work = work_folder(settings, f"job-{stage}")
    for number, step in enumerate(job.declaration.steps):
        if number >= len(ended):
            known = {key: value for each in ended for key, value in each.items()}
            made = call(StepCall(settings, f"job-{stage}", step.function, job, known, work), quiet)
            ended.append(made)
            notes.write_text(json.dumps(ended, default=str))
    shutil.rmtree(work, ignore_errors=True)
    return stage


def reconcile(settings, stage):
    """What a worker does before the jobs that it finds."""
    work = work_folder(settings, "start")
    return reconcile_step(StepContext(settings, "start", [f"job-{stage}"], {}, work, quiet))


def go_on(settings, stage, again):
    """After a kill: what is wrong at that moment, and the state once the stage was done again."""
    moment = faults_now(settings, NAME)
    if again is as_worker:
        reconcile(settings, stage)
    again(settings, stage)
    return moment, state(settings, NAME)


@dataclass
class Journey:
    """A home at one place, snapshots of it beside, and what was seen."""

    folder: Path
    lines: list = field(default_factory=list)
    faults: list = field(default_factory=list)

    def __post_init__(self):
        command = ("/bin/sh", "-c", "echo $DEPLOY_VERSION")
        self.settings = Settings(home=self.folder / "home", deploy_commands={"site": command})
        self.answer = self.folder / "answer.json"
        os.environ["JOURNEY"] = str(self.folder)
        for part in list(PARTS)[1:]:
            rows(part).to_csv(self.folder / part, index=False)

    def do(self, work, *args, last=None, watched=False):
        """Work on the home, in a process of its own."""
        return in_child(lambda: work(self.settings, *args), self.answer, last, watched=watched)

    def keep(self, name):
        """A copy of the home."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.settings.home, self.folder / name)

    def back(self, name):
        """The home as it was kept; notes of steps are gone."""
        shutil.rmtree(self.settings.home)
        shutil.copytree(self.folder / name, self.settings.home)
        (self.folder / "steps.json").unlink(missing_ok=True)

    def stage(self, stage, every, *, killed):
        """Do a stage undisturbed, then killed at every write; the home stays as the last kill left it."""
        began = time.monotonic()
        self.keep("before")
        _, writes = self.do(as_person, stage, watched=True)
        expected = self.do(state, NAME)[0]
        if not killed:
            return
        points = range(0, len(writes), every if len(writes) > MANY else 1)
        for turn, point in enumerate(points):
            self.kill(stage, point, writes[point], (as_worker, as_person)[turn % 2], expected)
        line = {"stage": stage, "writes": len(writes), "killed": len(points)}
        line |= {"faults": sum(fault[0] == stage for fault in self.faults)}
        self.lines.append(line | {"seconds": round(time.monotonic() - began)})
        print(self.lines[-1], flush=True)

    def kill(self, stage, point, label, again, expected):
        """Kill before one write, look, do it again, look."""
        self.back("before")
        if self.do(again, stage, last=point, watched=True)[0] is not None:
            self.fault(stage, point, label, again, "this write was not reached")
        try:
            moment, after = self.do(go_on, stage, again)[0]
        except RuntimeError as error:
            moment, after = [str(error)], expected
        for what in moment + differences(expected, after):
            self.fault(stage, point, label, again, what)

    def fault(self, stage, point, label, again, what):
        """Remember it, and say so at once."""
        self.faults.append((stage, point, label, again.__name__, what))
        print("FAULT", *self.faults[-1], sep=" | ", flush=True)


def main():
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--stages", nargs="+", default=list(STAGES), choices=list(STAGES))
    reader.add_argument("--every", type=int, default=1)
    asked = reader.parse_args()
    gc.freeze()
    memory = Path("/dev/shm")  # noqa: S108 -- a process that is killed loses nothing of what it wrote
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        journey = Journey(Path(folder))
        for module in journey.do(connect)[0]:
            with suppress(Exception):
                import_module(module)
        for stage in STAGES:
            journey.stage(stage, asked.every, killed=stage in asked.stages)
    print(pd.DataFrame(journey.lines).to_string(index=False))
    sys.exit(1 if journey.faults else 0)


if __name__ == "__main__":
    main()
