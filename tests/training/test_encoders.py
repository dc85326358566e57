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

RNG = np.random.default_rng(0)


def numbers(*shape):
    return RNG.normal(size=shape).astype(np.float32)


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
            f"{block}_depthwise_conv.weight": numbers(width, 1, *([5, 5] if at % 2 else [3, 3])),
            f"{block}_project_conv.weight": numbers(width, width, 1, 1),
        }
    return drawn


class ByScipy:
    """The network as its paper draws it, layer by layer, on a (channels, height, width) picture."""

    def __init__(self, weights):
        self.weights = weights

    def vector(self, picture):
        """All of it."""
        flow = self.cut(picture, "_conv_stem", "_bn0", 2)
        for at, stride in enumerate(efficientnet.STRIDES):
            block, wide = f"_blocks.{at}.", flow
            if at:
                wide = self.cut(flow, f"{block}_expand_conv", f"{block}_bn0")
            each = self.cut(wide, f"{block}_depthwise_conv", f"{block}_bn1", stride)
            narrow = self.layer(each, f"{block}_project_conv", f"{block}_bn2")
            flow = flow + narrow if stride == 1 else narrow
        return self.cut(flow, "_conv_head", "_bn1").mean(axis=(1, 2))

    def cut(self, *layer):
        """What an activation lets through of a layer."""
        return self.layer(*layer).clip(0, 6)

    def layer(self, flow, name, norm, stride=1):
        """A convolution, then the normalisation of each of its channels."""
        kernel = self.weights[f"{name}.weight"]
        if kernel.shape[1] == 1:
            mixed = [same(flow[out], one[0], stride) for out, one in enumerate(kernel)]
        else:
            mixed = [sum(same(*both, stride) for both in zip(flow, one, strict=True)) for one in kernel]
        weight, bias, mean, var = (
            self.weights[f"{norm}.{part}"][:, None, None]
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        return (np.stack(mixed) - mean) / np.sqrt(var + 1e-3) * weight + bias


def same(picture, kernel, stride):
    """(height, width) by scipy; what an even picture lacks at stride 2 is added at its end."""
    edge = kernel.shape[0] // 2
    full = correlate(np.pad(picture, edge), kernel, mode="valid")
    first = edge - max(0, (kernel.shape[0] - stride) // 2)
    return full[first::stride, first::stride]


def test_the_network_is_that_of_its_paper_and_a_picture_has_one_vector_whatever_it_is_encoded_with():
    weights, pictures = tensors(), numbers(3, 32, 32, 3)
    vectors = efficientnet.network(weights)
    together = vectors(pictures)
    wanted = [ByScipy(weights).vector(picture.transpose(2, 0, 1)) for picture in pictures]
    assert np.ptp(together, axis=0).max() > 0
    np.testing.assert_allclose(together, wanted, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(together, np.vstack([vectors(picture[None]) for picture in pictures]))


def test_a_normalisation_is_folded_into_its_convolution():
    weights, flow = tensors(), numbers(4, 6, 6)
    kernel, bias = efficientnet.fold(weights, "_conv_head", "_bn1")
    folded = np.tensordot(kernel[:, :, 0, 0], flow, 1) + bias[:, None, None]
    wanted = ByScipy(weights).layer(flow, "_conv_head", "_bn1")
    np.testing.assert_allclose(folded, wanted, rtol=1e-4, atol=1e-5)


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
