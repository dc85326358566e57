"""Broken here: every check of a model pays anew for the imports that the worker has paid for."""

import os
import subprocess
import sys
from pathlib import Path

STEPS = """
import sys
from pathlib import Path
from core.jobs import child
from core.jobs.runner import StepCall
from core.settings import Settings

def is_imported(context):
    return {"is_imported": context.args in sys.modules}

if __name__ == "__main__":
    child.PRELOAD = "json"
    child.prepare(["core.health.status"])
    for name in ("core.health.status", "core.health.headline"):
        call = StepCall(Settings(), "job", is_imported, name, {}, Path("work"))
        print(child.run(call, lambda *_: None, lambda: False)["is_imported"])
"""


def test_steps_begin_with_what_the_worker_imported(tmp_path):
    (tmp_path / "steps.py").write_text(STEPS)
    environment = {**os.environ, "CARETAKER_HOME": str(tmp_path), "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "steps.py"]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["True", "False"]
