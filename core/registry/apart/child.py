"""What a child process runs that has nothing but a model's files and the packages that it requires.

python -I -S child.py FOLDERS MODEL ROWS OUT: the standard library and the FOLDERS (as JSON) can be imported;
MODEL is loaded by stock MLflow and asked for the pickled ROWS; what it answers, how long loading took and how
much memory was used is written to OUT. It imports nothing of Caretaker before MLflow does.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

KILO = 1024 if sys.platform != "darwin" else 1
"""Bytes in the unit of `ru_maxrss`: kilobytes on Linux, bytes on a Mac."""


def peak() -> int:
    """The most memory that the process has used, in bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KILO


def ask(model: Any, rows: Any) -> Any:
    """Probabilities, or the numbers of a regression, as lists."""
    method = "predict_proba" if hasattr(model, "predict_proba") else "predict"
    return getattr(model, method)(rows).tolist()


def main(folders: str, model: str, rows: str, out: str) -> None:
    """Load, ask, write down."""
    sys.path += json.loads(folders)
    import mlflow.sklearn
    import pandas as pd

    frame = pd.read_pickle(rows)  # noqa: S301 -- what the parent wrote a moment ago
    libraries, began = peak(), time.perf_counter()
    loaded = mlflow.sklearn.load_model(model)
    seconds = time.perf_counter() - began
    outputs = ask(loaded, frame)
    document = {"outputs": outputs, "seconds": seconds, "libraries": libraries, "peak": peak()}
    Path(out).write_text(json.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
