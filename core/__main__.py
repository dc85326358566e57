"""`python -m core`: the command line."""

import os
import sys

from core.cli.app import main
from core.private import keep_private

if __name__ == "__main__":
    keep_private()
    # Threads of the numeric libraries that spin while they wait slow down fits on few cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    sys.exit(main(sys.argv[1:]))
