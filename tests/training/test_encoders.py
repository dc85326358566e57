"""The network of the encoder against scipy, and its file of weights read without running what it says."""

import hashlib
import pickle
import sys
from collections import OrderedDict
from types import ModuleType

import numpy as np
import pytest
from scipy.signal import correlate

from core.errors import UnreadableFile
from core.training.encoders import efficientnet
from core.training.encoders.checkpoint import read_tensors
from core.training.encoders.efficientnet import Convolution

RNG = np.random.default_rng(0)


def numbers(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def same(picture, kernel, stride):
    """(height, width) by scipy; what an even picture lacks at stride 2 is added at its end."""
    edge = kernel.shape[0] // 2
    full = correlate(np.pad(picture, edge), kernel, mode="valid")
    first = edge - max(0, (kernel.shape[0] - stride) // 2)
    return full[first::stride, first::stride]


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("size", [3, 5])
def test_convolutions_are_those_of_scipy(stride, size):
    flow = numbers(2, 8, 8, 3)
    each = Convolution(numbers(size, size, 1, 3), numbers(3))
    every = Convolution(numbers(size, size, 3, 4), numbers(4))
    for n in range(2):
        for out in range(3):
            wanted = same(flow[n, :, :, out], each.kernel[:, :, 0, out], stride) + each.bias[out]
            np.testing.assert_allclose(
                efficientnet.convolve_each(flow, each, stride)[n, :, :, out], wanted, rtol=1e-4, atol=1e-5
            )
        for out in range(4):
            wanted = sum(same(flow[n, :, :, c], every.kernel[:, :, c, out], stride) for c in range(3))
            np.testing.assert_allclose(
                efficientnet.convolve(flow, every, stride)[n, :, :, out],
                wanted + every.bias[out],
                rtol=1e-4,
                atol=1e-5,
            )


def tensors(width=4):
    """Random weights by the names of the file, every layer `width` channels wide."""

    def norm(name):
        return {
            f"{name}.weight": numbers(width),
            f"{name}.bias": np.full(width, 2.0),
            f"{name}.running_mean": numbers(width) / 9,
            f"{name}.running_var": np.full(width, 4.0),
        }

    drawn = {"_conv_stem.weight": numbers(width, 3, 3, 3), "_conv_head.weight": numbers(width, width, 1, 1)}
    drawn |= norm("_bn0") | norm("_bn1")
    for at in range(16):
        block = f"_blocks.{at}."
        expand = {f"{block}_expand_conv.weight": numbers(width, width, 1, 1)} if at else {}
        drawn |= expand | norm(f"{block}_bn0") | norm(f"{block}_bn1") | norm(f"{block}_bn2")
        drawn |= {
            f"{block}_depthwise_conv.weight": numbers(width, 1, 3, 3),
            f"{block}_project_conv.weight": numbers(width, width, 1, 1),
        }
    return drawn


def test_a_picture_has_one_vector_whatever_it_is_encoded_with():
    network, pictures = efficientnet.build(tensors()), numbers(3, 32, 32, 3)
    together = efficientnet.vectors(network, pictures)
    alone = np.vstack([efficientnet.vectors(network, picture[None]) for picture in pictures])
    assert together.shape == (3, 4)
    assert np.ptp(together, axis=0).max() > 0
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-5)


@pytest.fixture
def torch(monkeypatch):
    """The names that a file of tensors asks for, without the package."""
    package, utils = ModuleType("torch"), ModuleType("torch._utils")

    def _rebuild_tensor_v2(*parts):
        raise AssertionError

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2
    package.FloatStorage = type("FloatStorage", (), {"__module__": "torch"})
    monkeypatch.setitem(sys.modules, "torch", package)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)
    return package


class Saved:
    """Pickled as the call that would make it."""

    def __init__(self, call, *arguments):
        self.made = call, arguments

    def __reduce__(self):
        """The call."""
        return self.made


class Storage:
    """Pickled by its place."""

    def __init__(self, *place):
        self.place = place


class Writer(pickle.Pickler):
    """Writes as PyTorch did."""

    def persistent_id(self, thing):
        """The place of a storage."""
        return thing.place if isinstance(thing, Storage) else None


def write(path, by_name, *storages):
    """A file as PyTorch wrote them: headers, tensors, keys, numbers. Gives its hash."""
    with path.open("wb") as stream:
        for header in (0x1950A86A20F9469CFC6C, 1001, {}, OrderedDict(by_name), [key for key, _ in storages]):
            Writer(stream, protocol=2).dump(header)
        for _, values in storages:
            stream.write(len(values).to_bytes(8, "little") + values.astype("<f4").tobytes())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_tensors_are_read_by_name_with_their_offsets_and_strides(tmp_path, torch):
    rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2
    place = Storage("storage", torch.FloatStorage, "7", "cpu", 6, None)
    turned = Saved(rebuild, place, 0, (3, 2), (1, 3))
    end = Saved(rebuild, place, 4, (2,), (1,))
    sha = write(tmp_path / "w.pth", {"turned": turned, "end": end}, ("7", np.arange(6.0)))
    read = read_tensors(tmp_path / "w.pth", sha)
    assert read["turned"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert read["end"].tolist() == [4, 5]


def test_another_file_is_not_looked_at(tmp_path):
    (tmp_path / "w.pth").write_bytes(b"other")
    with pytest.raises(UnreadableFile, match="not the file of weights"):
        read_tensors(tmp_path / "w.pth", "0" * 64)


def test_nothing_that_the_file_asks_for_is_run(tmp_path):
    sha = write(tmp_path / "w.pth", {"a": Saved(exec, "raise SystemExit")})
    with pytest.raises(UnreadableFile, match=r"asks for .*exec"):
        read_tensors(tmp_path / "w.pth", sha)
