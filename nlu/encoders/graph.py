"""Builds a BERT-like encoder as an ONNX graph from its tensors, without PyTorch.

In: ``words`` (float, tokens × width: the rows of the word table). Out: ``mean`` (float, width): the mean over the last
layer's tokens. One text at a time, so that no padding is computed.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from nlu.encoders.weights import Floats, Weights

OPSET = 17
POSITIONS = 130


class Graph:
    """An ONNX graph under construction; each step answers with the name of its output."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def constant(self, name: str, values: Any) -> str:
        """Store an array under a name, once."""
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def step(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """Add an operator; its output's name, or the names if there are several."""
        names = [f"{kind}_{len(self.nodes)}_{place}" for place in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def normalised(self, given: str, name: str) -> str:
        """Layer normalisation with a tensor pair's gain and offset."""
        gain, offset = (self.constant(f"{name}.{k}", self.weights.tensor(f"{name}.{k}")) for k in "wb")
        return str(self.step("LayerNormalization", given, gain, offset, epsilon=self.weights.epsilon, axis=-1))

    def linear(self, given: str, name: str, matrix: Floats, offset: Floats) -> str:
        """A matrix product and an offset; ``matrix`` is outputs × inputs."""
        product = self.step("MatMul", given, self.constant(f"{name}.w", matrix.T))
        return str(self.step("Add", product, self.constant(f"{name}.b", offset)))

    def layer(self, given: str, name: str) -> str:
        """Linear step ``name`` with its own tensors."""
        return self.linear(given, name, self.weights.tensor(f"{name}.w"), self.weights.tensor(f"{name}.b"))

    def embedded(self) -> str:
        """Words with their positions."""
        tensor = self.weights.tensor
        table = (tensor("emb.pos") + tensor("emb.type")[0])[:POSITIONS]
        length = self.step("Slice", self.step("Shape", "words"), self.whole("first", [0]), self.whole("second", [1]))
        zero = self.whole("first", [0])
        places = self.step("Slice", self.constant("positions", table), zero, length, zero)
        return self.normalised(self.step("Add", "words", places), "emb.ln")

    def whole(self, name: str, values: list[int]) -> str:
        """A constant of whole numbers."""
        return self.constant(name, np.array(values, np.int64))

    def attention(self, given: str, layer: str) -> str:
        """Every token looks at every other: one product for queries, keys and values together."""
        tensor, width, heads = self.weights.tensor, self.weights.width, self.weights.heads
        matrix = np.concatenate([tensor(f"{layer}.{part}.w") for part in "qkv"])
        offset = np.concatenate([tensor(f"{layer}.{part}.b") for part in "qkv"])
        joined = self.linear(given, f"{layer}.qkv", matrix, offset)
        parts = self.step("Split", joined, self.whole("thirds", [width] * 3), outputs=3, axis=-1)
        shape = self.whole("heads", [-1, heads, width // heads])
        query, key, value = (self.step("Reshape", part, shape) for part in parts)
        scale = self.constant("scale", np.array(1 / np.sqrt(width // heads), np.float32))
        products = self.step(
            "MatMul", self.step("Transpose", query, perm=[1, 0, 2]), self.step("Transpose", key, perm=[1, 2, 0])
        )
        shares = self.step("Softmax", self.step("Mul", products, scale), axis=-1)
        mixed = self.step("MatMul", shares, self.step("Transpose", value, perm=[1, 0, 2]))
        flat = self.step("Reshape", self.step("Transpose", mixed, perm=[1, 0, 2]), self.whole("flat", [-1, width]))
        return self.layer(flat, f"{layer}.ao")

    def gelu(self, given: str) -> str:
        """The exact GELU, in the form that onnxruntime makes one kernel of."""
        root = self.constant("root2", np.array(np.sqrt(2), np.float32))
        half, one = (self.constant(str(value), np.array(value, np.float32)) for value in (0.5, 1.0))
        rising = self.step("Add", self.step("Erf", self.step("Div", given, root)), one)
        return str(self.step("Mul", self.step("Mul", given, half), rising))

    def model(self) -> Any:
        """The whole encoder."""
        hidden = self.embedded()
        for number in range(self.weights.layers):
            name = f"l{number}"
            hidden = self.normalised(self.step("Add", self.attention(hidden, name), hidden), f"{name}.aln")
            inner = self.layer(self.gelu(self.layer(hidden, f"{name}.fi")), f"{name}.fo")
            hidden = self.normalised(self.step("Add", inner, hidden), f"{name}.oln")
        self.nodes.append(helper.make_node("ReduceMean", [hidden], ["mean"], axes=[0], keepdims=0))
        width = self.weights.width
        words = helper.make_tensor_value_info("words", TensorProto.FLOAT, ["tokens", width])
        mean = helper.make_tensor_value_info("mean", TensorProto.FLOAT, [width])
        graph = helper.make_graph(self.nodes, "encoder", [words], [mean], list(self.constants.values()))
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)


def build(weights: Weights, path: Path) -> None:
    """Write the encoder to ``path``, its large matrices as 8-bit integers with a scale for each output."""
    whole = path.with_suffix(".whole")
    onnx.save(Graph(weights).model(), str(whole))
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.ERROR)  # the quantiser advises on the root logger
    try:
        quantize_dynamic(
            whole, path, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"],
            extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip
    finally:
        root.setLevel(before)
    whole.unlink()
