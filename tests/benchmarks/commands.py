"""Drive the commands from a script, each in a process of its own as an operator's would be."""

import json
import os
import subprocess
import sys

RED = 3
"""How `health` ends for a model that got worse, as most of these do."""


class CommandError(Exception):
    """A command refused; its words."""


def command(home, *words, **environment):
    """The JSON document of a command, or nothing where it prints none.

    Raises:
        CommandError: it ended otherwise than well.
    """
    made = subprocess.run(
        [sys.executable, "-m", "core", *words],
        env={**os.environ, "CARETAKER_HOME": str(home), "OMP_WAIT_POLICY": "PASSIVE", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode not in {0, RED}:
        raise CommandError(f"{' '.join(words)}: {made.stderr.strip()[-600:]}")
    return json.loads(made.stdout) if "json" in words else None


def compare(home, name, version, **environment):
    """The document of the comparison of one version with the champion."""
    return command(home, "compare", name, "--challenger", version, "--format", "json", **environment)
