"""The command `caretaker`: alone it opens the app; every command of the command line stands behind it."""

import sys
from collections.abc import Sequence

COMMAND = "caretaker"
ALONE = "Without a command it opens the app; options of the server, e.g. --server.port 8600, may follow."


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the app, or run the command that is named, and give the exit code.

    Args:
        arguments: the words after `caretaker`; those of this process when None.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0].startswith("--server."):
        return serve(words)
    from core.__main__ import run

    return run(words, COMMAND, ALONE)


def serve(options: Sequence[str]) -> int:
    """Start the server that `streamlit run app.py` starts in the repository; it prints its address."""
    from streamlit.web import cli

    from core.settings import PROJECT

    return int(cli.main(["run", str(PROJECT / "app.py"), *options], prog_name=COMMAND) or 0)


if __name__ == "__main__":
    sys.exit(main())
