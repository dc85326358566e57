"""`python -m core`: the command line."""

import sys
from collections.abc import Sequence

from core.cli.app import COMMAND, main
from core.jobs import threads
from core.private import keep_private


def run(arguments: Sequence[str], name: str = COMMAND, alone: str = "") -> int:
    """Run a command in this process and give its exit code.

    Args:
        arguments: the words after the name of the program.
        name: what people type to get here.
        alone: what the program does without a command, for its help.
    """
    keep_private()
    threads.cap()
    return main(arguments, name, alone)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
