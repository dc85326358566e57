"""`python -m core`: the command line."""

import os
import sys

from core.cli.app import main

if __name__ == "__main__":
    # Threads of the numeric libraries that spin while they wait slow down fits on few cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    sys.exit(main(sys.argv[1:]))
