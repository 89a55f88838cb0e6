"""Training loops: ours against a bare one, and CIFAR-10 from scratch."""

from __future__ import annotations

from benchmarks import data
from benchmarks.contest import Benchmark, Contestant, Figure, Measured

_LOOP = "paired chunks of both loops"
_BATCHES = {  # what keeps a step of each on a processor to some seconds
    "lenet5": 64, "custom": 32, "small_vit": 32, "efficientnet_lite0": 16, "mobilenet_v3_small": 16,
    "mobilenet_v3_large": 16, "efficientnet_b0": 16, "resnet18": 16, "resnet34": 16, "resnet50": 8,
    "convnext_tiny": 8, "vit_b_16": 4, "vgg11": 8, "alexnet": 16,
}  # fmt: skip
_OURS = Contestant("workbench", "benchmarks.accuracy:measure", {"name": "cifar10"})
_TUTORIAL, _BEGINNING = (
    Contestant(f"tutorial, {epochs} epochs", "benchmarks.peers.cnn_tutorial:train", {"epochs": epochs})
    for epochs in (25, 3)
)
_ENOUGH = 0.81


def _share(measured: Measured) -> list[Figure]:
    share = 100 * measured.median(_LOOP, "ratio")
    ours, bare = (1000 / measured.median(_LOOP, f"{name}steps_per_second") for name in ("", "bare_"))
    note = f"{ours:,.1f} ms a step against {bare:,.1f} ms"
    ratios = sorted(run["ratio"] for run in measured.runs[_LOOP])
    if len(ratios) > 1:
        note = f"{100 * ratios[0]:.1f} to {100 * ratios[-1]:.1f} % in {len(ratios)} runs"
    return [Figure("of the bare loop's steps per second", share, " %", at_least=97, digits=1, note=note)]


def _cifar10(measured: Measured) -> list[Figure]:
    if not measured.has(_OURS.name):
        return []
    reached = measured.median(_OURS.name, "accuracy")
    ours = measured.median(_OURS.name) if reached >= _ENOUGH else None
    figures = [Figure("test accuracy", reached, "", at_least=_ENOUGH, digits=3)]
    if measured.has(_TUTORIAL.name):
        theirs = measured.seconds_until(_TUTORIAL.name, _ENOUGH) or measured.median(_TUTORIAL.name)
        note = f"the tutorial: {theirs:,.0f} s, {measured.median(_TUTORIAL.name, 'accuracy'):.3f}"
    elif measured.has(_BEGINNING.name):
        theirs = measured.median(_BEGINNING.name)
        note = (
            f"at most: the tutorial was stopped after 3 epochs and {theirs:,.0f} s, "
            f"at {measured.median(_BEGINNING.name, 'accuracy'):.3f}"
        )
    else:
        return figures
    share = None if ours is None else ours / theirs
    figures.append(Figure(f"of the tutorial's time to {_ENOUGH}", share, "×", at_most=0.2, note=note))
    return figures


def _speeds(measured: Measured) -> list[Figure]:
    return [
        Figure(f"photos a second, {name}", measured.median(name, "photos_per_second"), "", digits=0)
        for name in measured.runs
    ]


ROWS = (
    *(
        Benchmark(
            f"training_loop.{key}",
            f"Steps per second of the training loop and of a bare one, `{key}`, batch {batch}: same network, "
            "optimizer and mixed precision, photos as bytes in memory, no augmentation. Both run in one "
            "process in turn, a quarter of a second or one step each. What ours does besides: measure the "
            "gradients, to clip them and to pass over a step that is not finite; count the answers; report; "
            "ask whether to stop.",
            (Contestant(_LOOP, "benchmarks.peers.bare_loop:compare", {"architecture": key, "batch": batch}),),
            _share,
            needs_data=False,
        )
        for key, batch in _BATCHES.items()
    ),
    Benchmark(
        "cifar10_scratch",
        "From the unpacked folder's path to a network that learned from nothing and was tested.",
        (_OURS, _TUTORIAL, _BEGINNING),
        _cifar10,
        data.cifar10,
        runs=1,
    ),
    Benchmark(
        "augmentation",
        "Random changes to photos in memory, one thread.",
        tuple(
            Contestant(
                f"{preset}, {side} px", "benchmarks.augmentation:speed", {"preset": preset, "side": side}
            )
            for side in (32, 224)
            for preset in ("light", "normal", "strong")
        ),
        _speeds,
        needs_data=False,
    ),
)
