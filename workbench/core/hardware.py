"""What this computer is, as far as it can be told without torch."""

from __future__ import annotations

import ctypes
import functools
import platform
import sys
from pathlib import Path

_CUDA_DRIVER = {"win32": "nvcuda.dll", "linux": "libcuda.so.1"}


@functools.cache
def processor() -> str:
    """The processor's own name, for people."""
    if sys.platform == "linux":
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        if names:
            return names[0]
    return platform.processor() or platform.machine()


@functools.cache
def has_gpu() -> bool:
    """Whether the system's CUDA driver knows a graphics card; whether torch can use it is another matter."""
    library = _CUDA_DRIVER.get(sys.platform)
    if library is None:
        return False
    try:
        driver = ctypes.CDLL(library)
    except OSError:  # no such driver
        return False
    count = ctypes.c_int(0)
    return driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0
