"""What computes features: one interface over the ways that a computer may be quick. No torch in here."""

from __future__ import annotations

import os
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from workbench.core.features.backbone import Backbone
from workbench.core.threads import thread_count

_USUAL_SIDE = 224


class FeatureRuntime(ABC):
    """Computes features of a backbone that is ready.

    Attributes:
        kind: Stable name, for what is remembered.
        name: For people; may say the precision that it computes in.
        most: How many photos of 224 pixels at a time suit it.
        batch: How many of the backbone's side do.
        exact_for: The kind that it need not be tried for where that one is exact enough itself; "" for none.
    """

    kind: ClassVar[str]
    name: str
    most: ClassVar[int] = 16
    exact_for: ClassVar[str] = ""

    def __init__(self, backbone: Backbone) -> None:
        self.backbone = backbone
        self.batch = batch_of(backbone.preprocessing.crop, self.most)

    @abstractmethod
    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Features (N, width) of pixels (N, side, side, channels), 0 to 255, N ≥ 1."""


class OnnxRuntime(FeatureRuntime):
    """ONNX Runtime on the processor, float32."""

    kind = name = "ONNX Runtime"

    def __init__(self, backbone: Backbone) -> None:
        super().__init__(backbone)
        self._session = onnx_session(str(backbone.onnx))

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """As the interface says."""
        found: NDArray[np.float32] = self._session.run(None, {"pixels": pixels})[0]
        return found


class OpenVino(FeatureRuntime):
    """OpenVINO on the processor, in the precision that it takes for the quickest here."""

    kind = "OpenVINO"
    hints: ClassVar[dict[str, Any]] = {}

    def __init__(self, backbone: Backbone) -> None:
        super().__init__(backbone)
        openvino = _openvino()
        settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": compute_threads(), **self.hints}
        core = openvino.Core()
        self._one_at_a_time = threading.Lock()  # a compiled model has a single request to fill
        self._model = core.compile_model(core.read_model(str(backbone.onnx)), "CPU", settings)
        precision = self._model.get_property("INFERENCE_PRECISION_HINT").get_type_name()
        self.name = f"OpenVINO {precision}"

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """As the interface says."""
        with self._one_at_a_time:
            found: NDArray[np.float32] = self._model([pixels])[0]
        return found


class OpenVinoFull(OpenVino):
    """OpenVINO on the processor, float32."""

    kind = "OpenVINO float32"
    exact_for = OpenVino.kind
    hints: ClassVar[dict[str, Any]] = {"INFERENCE_PRECISION_HINT": "f32", "EXECUTION_MODE_HINT": "ACCURACY"}


TORCH_FREE: tuple[type[FeatureRuntime], ...] = (OpenVino, OpenVinoFull, OnnxRuntime)
"""The runtimes to try, the likely quickest first."""


def batch_of(side: int, most: int = FeatureRuntime.most) -> int:
    """How many photos of a side, in pixels, take no more memory than `most` of 224 pixels; at least 1."""
    return max(1, min(most, int(most * (_USUAL_SIDE / side) ** 2)))


def in_batches(
    compute: Callable[[NDArray[np.uint8]], NDArray[np.float32]], pixels: NDArray[np.uint8], batch: int
) -> NDArray[np.float32]:
    """Features of pixels (N, side, side, channels), computed so many photos at a time."""
    return np.concatenate([compute(pixels[first : first + batch]) for first in range(0, len(pixels), batch)])


def onnx_session(model: str | bytes) -> Any:
    """A session of ONNX Runtime on the processor.

    Args:
        model: The path of an ONNX file, or its content.
    """
    import onnxruntime  # slow to load, and not every runtime is opened

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = compute_threads()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _openvino() -> Any:
    """OpenVINO without its converter, which would tell an analytics service of every start."""
    sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]
    import openvino  # slow to load, and not on every platform

    return openvino


def compute_threads() -> int:
    """How many threads to compute with: all but one, which keeps the window quick; both of two.

    No more than the variable `OMP_NUM_THREADS` allows, as in torch: several processes at once would only
    wait for each other's threads.
    """
    count = thread_count()
    usual = count - 1 if count > 2 else count
    allowed = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return max(1, min(usual, int(allowed))) if allowed.isdecimal() else usual
