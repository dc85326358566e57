"""EfficientNet-Lite0 up to its last vectors, in numpy (Tan and Le 2019; Lite: without swish and squeezing).

Arrays are (n, height, width, channels). Every convolution has its batch normalisation folded into it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.stats.arrays import Vectors

STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)
"""Of the sixteen blocks."""
STEM_STRIDE = 2
EPSILON = 1e-3
"""Of its batch normalisation."""


class Convolution(NamedTuple):
    """A (height, width, inputs, outputs) kernel, one input where it is depthwise, and (outputs,) biases."""

    kernel: Vectors
    bias: Vectors


class Block(NamedTuple):
    """Widen every pixel, look at its neighbours in each channel, make it narrow again."""

    expand: Convolution | None
    depthwise: Convolution
    project: Convolution
    stride: int


class Network(NamedTuple):
    """All of it but the layer that names classes."""

    stem: Convolution
    blocks: tuple[Block, ...]
    head: Convolution


def build(tensors: Mapping[str, npt.NDArray[Any]]) -> Network:
    """The network from the tensors of its file, by their names there."""

    def convolution(name: str, norm: str) -> Convolution:
        scale = tensors[f"{norm}.weight"] / np.sqrt(tensors[f"{norm}.running_var"] + EPSILON)
        kernel = tensors[f"{name}.weight"] * scale[:, None, None, None]
        bias = tensors[f"{norm}.bias"] - tensors[f"{norm}.running_mean"] * scale
        return Convolution(
            np.ascontiguousarray(kernel.transpose(2, 3, 1, 0), np.float32), bias.astype(np.float32)
        )

    def block(at: int, stride: int) -> Block:
        start = f"_blocks.{at}."
        wide = f"{start}_expand_conv.weight" in tensors
        return Block(
            convolution(f"{start}_expand_conv", f"{start}_bn0") if wide else None,
            convolution(f"{start}_depthwise_conv", f"{start}_bn1"),
            convolution(f"{start}_project_conv", f"{start}_bn2"),
            stride,
        )

    blocks = tuple(block(at, stride) for at, stride in enumerate(STRIDES))
    return Network(convolution("_conv_stem", "_bn0"), blocks, convolution("_conv_head", "_bn1"))


def vectors(network: Network, pictures: Vectors) -> Vectors:
    """(n, 1280) of (n, height, width, 3) pictures."""
    flow = _clip(convolve(pictures, network.stem, STEM_STRIDE))
    for block in network.blocks:
        flow = _pass(flow, block)
    return np.asarray(_clip(mix_channels(flow, network.head)).mean(axis=(1, 2)))


def _pass(flow: Vectors, block: Block) -> Vectors:
    wide = flow if block.expand is None else _clip(mix_channels(flow, block.expand))
    narrow = mix_channels(_clip(convolve_each(wide, block.depthwise, block.stride)), block.project)
    return flow + narrow if narrow.shape == flow.shape else narrow


def convolve(flow: Vectors, convolution: Convolution, stride: int) -> Vectors:
    """Every output channel from the neighbourhoods of all input channels."""
    size = convolution.kernel.shape[0]
    windows = np.lib.stride_tricks.sliding_window_view(_pad(flow, size, stride), (size, size), axis=(1, 2))
    return np.asarray(
        np.tensordot(windows[:, ::stride, ::stride], convolution.kernel, ([3, 4, 5], [2, 0, 1]))
        + convolution.bias
    )


def convolve_each(flow: Vectors, convolution: Convolution, stride: int) -> Vectors:
    """Every channel from its own neighbourhoods."""
    size = convolution.kernel.shape[0]
    n, height, width, channels = flow.shape
    rows, columns = -(-height // stride), -(-width // stride)
    padded = _pad(flow, size, stride)
    total = np.empty((n, rows, columns, channels), flow.dtype)
    total[:] = convolution.bias
    part = np.empty_like(total)
    for i in range(size):
        for j in range(size):
            window = padded[
                :, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride
            ]
            total += np.multiply(window, convolution.kernel[i, j, 0], out=part)
    return total


def mix_channels(flow: Vectors, convolution: Convolution) -> Vectors:
    """Every pixel from its own channels."""
    mixed = flow.reshape(-1, flow.shape[-1]) @ convolution.kernel[0, 0]
    mixed += convolution.bias
    return np.asarray(mixed.reshape(*flow.shape[:-1], -1))


def _clip(flow: Vectors) -> Vectors:
    return np.clip(flow, 0, 6, out=flow)


def _pad(flow: Vectors, size: int, stride: int) -> Vectors:
    """Zeros around it, so that every pixel, or every `stride`-th, has neighbours; an odd one at the end."""
    sides = []
    for length in flow.shape[1:3]:
        missing = max((-(-length // stride) - 1) * stride + size - length, 0)
        sides.append((missing // 2, missing - missing // 2))
    return np.pad(flow, ((0, 0), *sides, (0, 0)))
