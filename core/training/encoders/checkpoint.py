"""The tensors of a PyTorch file of before version 1.6, read without PyTorch and without running what it says.

Such a file holds three headers, the tensors by name as a pickle, the keys of their storages as another, and
then each storage: how many numbers it has, and the numbers.
"""

import hashlib
import pickle
from collections import OrderedDict
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from core.errors import UnreadableFile

HEADERS = 3
TYPES: dict[str, np.dtype[Any]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
REINSTALL = "Install the package anew: pip install --force-reinstall -r requirements-encoders.txt."


class Storage(NamedTuple):
    """Numbers that tensors lie in: their type, and the key by which they follow."""

    kind: str
    key: str


class Tensor(NamedTuple):
    """A tensor of a storage: where it begins, its shape and its strides, in numbers."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_tensors(path: Path, sha256: str) -> dict[str, npt.NDArray[Any]]:
    """Name -> tensor.

    Args:
        path: of the file.
        sha256: of its content; another content is not looked at.

    Raises:
        UnreadableFile: it is not the file that is meant, or holds something else than tensors.
    """
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise UnreadableFile(f"{path.name} is not the file of weights that it should be.", REINSTALL)
    stream = BytesIO(content)
    for _ in range(HEADERS):
        _Tensors(stream).load()
    tensors: dict[str, Tensor] = _Tensors(stream).load()
    keys: list[str] = _Tensors(stream).load()
    kinds = {tensor.storage.key: TYPES[tensor.storage.kind] for tensor in tensors.values()}
    numbers = {key: _numbers(stream, kinds[key]) for key in keys}
    return {name: _array(tensor, numbers[tensor.storage.key]) for name, tensor in tensors.items()}


def _numbers(stream: BinaryIO, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    count = int.from_bytes(stream.read(8), "little")
    return np.frombuffer(stream.read(count * kind.itemsize), kind)


def _array(tensor: Tensor, numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    strides = [step * numbers.itemsize for step in tensor.strides]
    return np.lib.stride_tricks.as_strided(numbers[tensor.offset :], tensor.shape, strides, writeable=False)


class _Tensors(pickle.Unpickler):
    """Knows tensors and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        known: dict[tuple[str, str], Any] = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): lambda *parts: Tensor(*parts[:4]),
            **{("torch", kind): kind for kind in TYPES},
        }
        if (module, name) not in known:
            raise UnreadableFile(f"A file of weights asks for {module}.{name}.", REINSTALL)
        return known[module, name]

    def persistent_load(self, pid: Any) -> Storage:
        return Storage(kind=pid[1], key=pid[2])
