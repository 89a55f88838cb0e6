"""The program as a whole: folders of photos to answer, the window's event loop, memory."""

from __future__ import annotations

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_OURS = Contestant("workbench", "benchmarks.ours:predict_folder", is_ready=True)
_GET_PREDS = "benchmarks.peers.fastai_learner:get_preds"
_FASTAI = (
    Contestant("fastai get_preds", _GET_PREDS),
    Contestant("fastai get_preds, 0 workers", _GET_PREDS, {"workers": 0}),
)
_ALONE = Contestant("engine alone", "benchmarks.event_loop:alone", is_ready=True)
_WATCHED = Contestant("engine and window", "benchmarks.event_loop:watched", is_ready=True)
_TORCH = Contestant("torch alone", "benchmarks.memory:torch_alone")
_ENGINE = Contestant("engine", "benchmarks.memory:engine", is_ready=True)
_WINDOW = Contestant("window", "benchmarks.memory:window", is_ready=True)

_BARE = Contestant("bare PySide6 window", "benchmarks.window:bare")
_ENGINES = ("torch", "torchvision", "timm", "onnxruntime", "openvino")
_PROGRAM = Contestant("the program's window", "benchmarks.window:program")


def _first_paint(measured: Measured) -> list[Figure]:
    if not measured.has(_BARE.name, _PROGRAM.name):
        return []
    ratio = measured.median(_PROGRAM.name) / measured.median(_BARE.name)
    note = f"{measured.median(_PROGRAM.name):.2f} s against {measured.median(_BARE.name):.2f} s"
    loaded = sorted({name for run in measured.runs[_PROGRAM.name] for name in run["loaded"]})
    forbidden = [name for name in loaded if name in _ENGINES]
    return [
        Figure("the window's time against the bare one's", ratio, "×", at_most=4, digits=1, note=note),
        Figure("torch and its like in its process", len(forbidden), at_most=0, digits=0),
        Figure("memory at first paint", measured.median(_PROGRAM.name, "window_mb"), " MB", digits=0),
    ]


def _predicting(measured: Measured) -> list[Figure]:
    if not measured.has(_OURS.name) or not any(measured.has(peer.name) for peer in _FASTAI):
        return []
    peer = measured.best([peer.name for peer in _FASTAI])
    ratio = measured.median(peer) / measured.median(_OURS.name)
    speed = measured.median(_OURS.name, "photos") / measured.median(_OURS.name)
    return [
        Figure(f"sooner than {peer}", ratio, "×", at_least=3, digits=1),
        Figure("photos a second", speed, "", digits=0),
    ]


def _event_loop(measured: Measured) -> list[Figure]:
    if not measured.has(_ALONE.name, _WATCHED.name):
        return []
    alone, watched = (measured.median(name, "steps_per_second") for name in (_ALONE.name, _WATCHED.name))
    slowed = 100 * (1 - watched / alone)
    usual, longest = (measured.median(_WATCHED.name, key) for key in ("p99_ms", "max_ms"))
    return [
        Figure("heartbeat, 99th percentile", usual, " ms", at_most=33, digits=1),
        Figure("heartbeat, longest", longest, " ms", at_most=100, digits=1),
        Figure("training slowed by", slowed, " %", at_most=3, digits=1),
    ]


def _memory(measured: Measured) -> list[Figure]:
    figures = []
    if measured.has(_WINDOW.name):
        figures.append(
            Figure("window", measured.median(_WINDOW.name, "peak_mb"), " MB", at_most=250, digits=0)
        )
    if measured.has(_TORCH.name, _ENGINE.name):
        more = measured.median(_ENGINE.name, "peak_mb") - measured.median(_TORCH.name, "peak_mb")
        note = "Resident memory; pages of mapped files, which the system may take back at any time, count."
        figures.append(Figure("engine above torch alone", more, " MB", at_most=1200, digits=0, note=note))
    return figures


ROWS = (
    Benchmark(
        "predict_folder",
        "Answers for 5,000 photos of 32 px, from the model's path; the peer's model is loaded already.",
        (_OURS, *_FASTAI),
        _predicting,
        data.small_photos,
    ),
    Benchmark(
        "window",
        "From the start of the process to the first paint of a page that can be used, files in the system's"
        " cache, against the smallest window that Qt can show.",
        (_BARE, _PROGRAM),
        _first_paint,
        runs=5,
        needs_data=False,
    ),
    Benchmark(
        "event_loop",
        "The window's event loop, with a heartbeat every 5 ms, while a network of 1,000 classes learns on all"
        " cores and its table of answers is on screen; and the same training without a window.",
        (_ALONE, _WATCHED),
        _event_loop,
        data.many_classes,
        needs_data=False,
    ),
    Benchmark(
        "memory",
        "Largest resident memory: the window with a folder open, and the engine that scanned 10,000 photos"
        " and made an instant model of them, above a process that has only imported torch.",
        (_TORCH, _ENGINE, _WINDOW),
        _memory,
        data.many_and_few,
        runs=1,
    ),
)
