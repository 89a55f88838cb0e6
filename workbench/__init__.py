"""An image classification workbench for people who do not program."""

import os

__version__ = "0.1.0"

# Since 1.29, ONNX Runtime tells its makers of each use, unless this is set before it loads. What is done on
# this computer stays on it. The processes that this one starts inherit it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
