"""A fit on its way to another process: code and small values as bytes, large tables as files, each once."""

import pickle
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from warnings import catch_warnings, simplefilter

import cloudpickle
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

LARGE = 1_000_000
"""Bytes from which a table or an array is sent as a file: a fit is one of many that read the same."""
OPEN_AT_ONCE = 8
"""Files that a worker keeps in memory, the latest read."""


class Packer:
    """Packs fits; what several of them hold is written once, into a folder that the workers can read.

    A value that were handed to the cluster's own memory would be lost with the worker that holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[int, tuple[Any, str]] = {}

    def pack(self, fit: Callable[[], Any]) -> bytes:
        """The fit as bytes that `run_packed` understands, on any machine that can read the folder."""
        buffer = BytesIO()
        _Pickler(buffer, self._file).dump(fit)
        return buffer.getvalue()

    def _file(self, value: Any) -> str:
        """Where the value lies. It is held, so that no other one gets its number."""
        if id(value) not in self._files:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = self._folder / f"{uuid4().hex}.pickle"
            with file.open("wb") as stream:
                pickle.dump(value, stream, protocol=pickle.HIGHEST_PROTOCOL)
            self._files[id(value)] = value, str(file)
        return self._files[id(value)][1]


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    def __init__(self, buffer: BytesIO, file_of: Callable[[Any], str]) -> None:
        super().__init__(buffer, protocol=pickle.HIGHEST_PROTOCOL)
        self._file_of = file_of

    def persistent_id(self, value: Any) -> str | None:
        return self._file_of(value) if _size(value) >= LARGE else None


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, file: str) -> Any:
        return _read(file)


def run_packed(content: bytes) -> Any:
    """Run a packed fit here, with one thread, as it runs side by side with others on one machine.

    What it warns of is not told: who asked for it judges what it came to.
    """
    with catch_warnings(), threadpool_limits(1):
        simplefilter("ignore")
        return _Unpickler(BytesIO(content)).load()()


@lru_cache(maxsize=OPEN_AT_ONCE)
def _read(file: str) -> Any:
    with Path(file).open("rb") as stream:
        return pickle.load(stream)  # noqa: S301 -- written by `Packer` for this one job


def _size(value: Any) -> int:
    if type(value) is np.ndarray:
        return value.nbytes
    if type(value) is pd.DataFrame:
        return int(value.memory_usage(index=True).sum())
    return int(value.memory_usage(index=True)) if type(value) is pd.Series else 0
