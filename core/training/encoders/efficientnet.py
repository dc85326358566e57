"""EfficientNet-Lite0 up to its last vectors, which onnxruntime computes (Tan and Le 2019).

Lite is without swish and squeezing. Every convolution has its batch normalisation folded into it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from core.stats.arrays import Vectors

STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)
"""Of the sixteen blocks."""
STEM_STRIDE = 2
EPSILON = 1e-3
"""Of its batch normalisation."""
HIGHEST = 6
"""To which an activation is cut."""
OPERATORS, FORMAT = 17, 8
"""Versions of ONNX that know all that is used here: every newer onnxruntime reads them."""

Tensors = Mapping[str, npt.NDArray[Any]]


def network(tensors: Tensors) -> Callable[[Vectors], Vectors]:
    """(n, height, width, 3) pictures to (n, 1280) vectors, on one thread: several searches may run at once.

    Args:
        tensors: the weights by their names in the file.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(_Graph(tensors).model(), options, ["CPUExecutionProvider"])

    def vectors(pictures: Vectors) -> Vectors:
        [rows] = session.run(None, {"pictures": pictures.transpose(0, 3, 1, 2)})
        return np.asarray(rows)

    return vectors


def fold(tensors: Tensors, name: str, norm: str) -> tuple[Vectors, Vectors]:
    """(outputs, inputs, height, width) kernel and (outputs,) biases that do what both layers did."""
    scale = tensors[f"{norm}.weight"] / np.sqrt(tensors[f"{norm}.running_var"] + EPSILON)
    kernel = tensors[f"{name}.weight"] * scale[:, None, None, None]
    bias = tensors[f"{norm}.bias"] - tensors[f"{norm}.running_mean"] * scale
    return kernel.astype(np.float32), bias.astype(np.float32)


class _Graph:
    """The network as ONNX writes it: nodes, which name what they read, and the weights by their names."""

    def __init__(self, tensors: Tensors) -> None:
        from onnx import helper, numpy_helper

        self._helper, self._array, self._tensors = helper, numpy_helper.from_array, tensors
        self._nodes: list[Any] = []
        limits = {"lowest": np.float32(0), "highest": np.float32(HIGHEST)}
        self._weights = [self._array(np.asarray(value), name) for name, value in limits.items()]

    def model(self) -> bytes:
        """As a file of ONNX would hold it: "pictures" are read, "vectors" made."""
        flow = self._clip(self._convolve("pictures", "_conv_stem", "_bn0", strides=[STEM_STRIDE] * 2))
        for at, stride in enumerate(STRIDES):
            flow = self._block(flow, f"_blocks.{at}.", stride)
        flow = self._clip(self._convolve(flow, "_conv_head", "_bn1"))
        self._node("Flatten", [self._node("GlobalAveragePool", [flow], "means")], "vectors")
        return self._file()

    def _block(self, flow: str, block: str, stride: int) -> str:
        """Widen every pixel, look at its neighbours in each channel, make it narrow again."""
        expand, depthwise, project = (f"{block}_{name}_conv" for name in ("expand", "depthwise", "project"))
        channels = inputs = len(self._tensors[f"{depthwise}.weight"])
        wide = flow
        if f"{expand}.weight" in self._tensors:
            inputs = self._tensors[f"{expand}.weight"].shape[1]
            wide = self._clip(self._convolve(flow, expand, f"{block}_bn0"))
        wide = self._convolve(wide, depthwise, f"{block}_bn1", strides=[stride] * 2, group=channels)
        narrow = self._convolve(self._clip(wide), project, f"{block}_bn2")
        same = stride == 1 and len(self._tensors[f"{project}.weight"]) == inputs
        return self._node("Add", [flow, narrow], f"{block}sum") if same else narrow

    def _convolve(self, flow: str, name: str, norm: str, **how: Any) -> str:
        """With zeros around it, so that every pixel has neighbours; an odd one at the end."""
        parts = zip((f"{name}.kernel", f"{name}.bias"), fold(self._tensors, name, norm), strict=True)
        weights = [self._array(np.ascontiguousarray(value), part) for part, value in parts]
        self._weights += weights
        return self._node("Conv", [flow, *(one.name for one in weights)], name, auto_pad="SAME_UPPER", **how)

    def _clip(self, flow: str) -> str:
        return self._node("Clip", [flow, "lowest", "highest"], f"{flow}.clipped")

    def _node(self, kind: str, reads: list[str], makes: str, **how: Any) -> str:
        self._nodes.append(self._helper.make_node(kind, reads, [makes], **how))
        return makes

    def _file(self) -> bytes:
        from onnx import TensorProto

        shapes: dict[str, list[str | int | None]] = {
            "pictures": ["n", 3, "height", "width"],
            "vectors": ["n", "dimension"],
        }
        inputs, outputs = (
            self._helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in shapes.items()
        )
        graph = self._helper.make_graph(self._nodes, "EfficientNet-Lite0", [inputs], [outputs], self._weights)
        operators = [self._helper.make_opsetid("", OPERATORS)]
        model = self._helper.make_model(graph, opset_imports=operators, ir_version=FORMAT)
        content: bytes = model.SerializeToString()
        return content
