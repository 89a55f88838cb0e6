"""The figures of `docs/architecture.md` about the code itself. Run it with `uv run python docs/structure.py`.

    uv run python docs/structure.py [CHECKOUT]

Reads the source of a checkout (this one by default) and imports nothing of it, so that the figures of any
two commits can be compared.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

METHODS = {"instant", "improve", "transfer", "scratch"}
REGISTRY = "core/config/methods.py"
SESSION = "ui/session"


def main() -> None:
    checkout = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1]
    package = checkout / "workbench"
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(package.rglob("*.py"))}
    compared = [
        f"{path.relative_to(package)}:{line}"
        for path, tree in trees.items()
        if path.relative_to(package).as_posix() != REGISTRY
        for line in comparisons(tree)
    ]
    cycles = [cycle for room in ("core", "ui") for cycle in package_cycles(package, room, trees)]
    longest = max((length, name) for path, tree in trees.items() for length, name in functions(tree))
    slices = [len(path.read_text("utf-8").splitlines()) for path in (package / SESSION).glob("*.py")]
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in trees)
    print(f"comparisons with a method's name outside its registry: {len(compared)}", *compared, sep="\n  ")
    print(f"import cycles between packages: {len(cycles)}", *(" <-> ".join(c) for c in cycles), sep="\n  ")
    print(f"longest function: {longest[0]} lines ({longest[1]})")
    print(f"longest file of the session: {max(slices)} lines")
    print(f"lines of workbench/: {lines:,} in {len(trees)} files")


def comparisons(tree: ast.Module) -> Iterator[int]:
    """Lines that compare something with the name of a method, or look it up in a literal of such names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.match_case):
            parts = [node.pattern]
        else:
            continue
        names = {leaf.value for part in parts for leaf in ast.walk(part) if isinstance(leaf, ast.Constant)}
        if names & METHODS:
            yield next(leaf.lineno for part in parts for leaf in ast.walk(part) if hasattr(leaf, "lineno"))


def functions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Length in lines, signature and docstring included, and name of every function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1, node.name


def package_cycles(package: Path, room: str, trees: dict[Path, ast.Module]) -> list[tuple[str, ...]]:
    """Groups of packages (and modules beside them) of a room that import each other in a circle."""
    graph: dict[str, set[str]] = defaultdict(set)
    for path, tree in trees.items():
        own = _place(path.relative_to(package).with_suffix("").parts, package, room)
        for target in _imported(tree):
            other = _place(target, package, room)
            if own and other and own != other:
                graph[own].add(other)
    return _circles(graph)


def _imported(tree: ast.Module) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("workbench."):
            yield from ((*node.module.split(".")[1:], alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (tuple(a.name.split(".")[1:]) for a in node.names if a.name.startswith("workbench."))


def _place(parts: tuple[str, ...], package: Path, room: str) -> str:
    """The package of a module below a room; modules that lie in the room itself stand for themselves."""
    if len(parts) < 2 or parts[0] != room or parts[1] == "__init__":
        return ""
    return parts[1]


def _circles(graph: dict[str, set[str]]) -> list[tuple[str, ...]]:
    reach: dict[str, set[str]] = {}
    for start in list(graph):
        seen, pending = set(), [start]
        while pending:
            for following in graph.get(pending.pop(), ()):
                if following not in seen:
                    seen.add(following)
                    pending.append(following)
        reach[start] = seen
    circles = {
        tuple(sorted({a, *(b for b in reach[a] if a in reach.get(b, ()))})) for a in reach if a in reach[a]
    }
    return sorted(circles)


if __name__ == "__main__":
    main()
