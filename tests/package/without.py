"""Imports the program's modules as if some packages were not there, as in the packaged program.

python tests/package/without.py NAME,NAME...     prints JSON: for each package that is lacked, who asks for it
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import pkgutil
import sys
from typing import Any

LEFT_OUT = tuple(sys.argv[1].split(","))


def is_left_out(name: str) -> bool:
    return any(f"{name}.".startswith(f"{each}.") for each in LEFT_OUT)


class Without:
    """A finder of modules that does not find some."""

    def __init__(self, finder: Any) -> None:
        self._finder = finder

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        return None if is_left_out(name) else self._finder.find_spec(name, path, target)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._finder, name)


def main() -> None:
    found = importlib.metadata.distribution

    def distribution(name: str) -> importlib.metadata.Distribution:
        if is_left_out(name):
            raise importlib.metadata.PackageNotFoundError(name)
        return found(name)

    importlib.metadata.distribution = distribution
    sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
    import workbench

    own = [module.name for module in pkgutil.walk_packages(workbench.__path__, "workbench.")]
    own.remove("workbench.__main__")
    lacked: dict[str, str] = {}
    for name in (*own, "onnxscript"):  # torch asks for that when it writes ONNX
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            lacked.setdefault((error.name or "").partition(".")[0], name)
    print(json.dumps(lacked))


if __name__ == "__main__":
    main()
