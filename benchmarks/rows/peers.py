"""The peers that several benchmarks share."""

from __future__ import annotations

from benchmarks.contest import Contestant

FLOOR = Contestant("floor", "benchmarks.peers.floor:pass_once", is_ready=True)
TEACHABLE_MACHINE = Contestant("Teachable Machine's head", "benchmarks.peers.teachable_machine:train")
SKLEARN = Contestant("scikit-learn on torch features", "benchmarks.peers.sklearn_features:train")
TRANSFER_TUTORIAL = Contestant("torchvision's tutorial", "benchmarks.peers.transfer_tutorial:train")


def fastai(epochs: int) -> tuple[Contestant, Contestant]:
    """`fine_tune`, with the loading processes that fastai takes by itself, and with none."""
    name, function = f"fastai fine_tune({epochs})", "benchmarks.peers.fastai_learner:fine_tune"
    return (
        Contestant(name, function, {"epochs": epochs}),
        Contestant(f"{name}, 0 workers", function, {"epochs": epochs, "workers": 0}),
    )


def names(contestants: tuple[Contestant, ...]) -> tuple[str, ...]:
    """What they are called."""
    return tuple(contestant.name for contestant in contestants)
