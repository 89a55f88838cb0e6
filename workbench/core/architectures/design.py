"""The form behind *Design your own*: a convolutional network as data. No torch in here."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from workbench.core.errors import InputError
from workbench.core.messages import Message
from workbench.core.settings import check, replace, setting

GROUP = "Your network"


@dataclass(frozen=True)
class NetworkDesign:
    """A plain convolutional network: blocks of convolutions, with one 2×2 max pooling in each block.

    Block `i` (from 0) has `channels · 2**i` channels, at most `max_channels`.
    """

    blocks: int = setting(4, "Blocks", "Each block halves the picture's size.", GROUP, minimum=1, maximum=6)
    convolutions: int = setting(
        2, "Convolutions per block", "More see finer patterns and take longer.", GROUP, minimum=1, maximum=4
    )
    channels: int = setting(
        16,
        "Channels of the first block",
        "How many patterns it looks for; doubles with each block.",
        GROUP,
        minimum=4,
        maximum=256,
    )
    max_channels: int = setting(256, "Most channels", "Where doubling stops.", GROUP, minimum=4, maximum=1024)
    kernel: int = setting(
        3, "Kernel", "Side of the window of each convolution.", GROUP, minimum=1, maximum=7, step=2
    )
    pool_first: bool = setting(
        False,
        "Halve early",
        "Halves the picture after a block's first convolution, not its last: the others cost a quarter.",
        GROUP,
    )
    batch_norm: bool = setting(True, "BatchNorm", "Steadies and speeds up learning.", GROUP)
    dropout: float = setting(
        0.1,
        "Dropout after blocks",
        "Share of channels silenced after each block.",
        GROUP,
        minimum=0.0,
        maximum=0.9,
        unit="of the channels",
        zero="off",
    )
    dense: int = setting(
        128,
        "Dense width",
        "Width of the layer before the answer.",
        GROUP,
        minimum=0,
        maximum=4096,
        zero="left out",
    )
    global_pooling: bool = setting(
        True,
        "Average each channel",
        "Averages before the dense layer: far fewer weights, any picture size.",
        GROUP,
    )

    def __post_init__(self) -> None:
        check(self)
        if self.kernel % 2 == 0:
            raise InputError("even_kernel", kernel=self.kernel)


def agreed_design(
    design: NetworkDesign, wishes: Collection[str], say: Callable[[Message], None]
) -> NetworkDesign:
    """The design with a first block that is no wider than any block may be.

    Args:
        wishes: Fields that were asked for; the other one gives way.
        say: Hears what was changed.

    Raises:
        InputError: Both were asked for.
    """
    first, most = design.channels, design.max_channels
    if first <= most:
        return design
    values = {"first": first, "most": most}
    if {"channels", "max_channels"} <= set(wishes):
        raise InputError("settings_contradict.widths", first=first, most=most)
    name, value = ("channels", most) if "max_channels" in wishes else ("max_channels", first)
    why = Message("settings_contradict.widths", values)
    say(Message("setting_gave_way", {"why": why, "setting": f"design.{name}", "value": value}))
    return replace(design, {name: value})


DESIGN_PRESETS: dict[str, tuple[str, NetworkDesign]] = {
    "quick": (
        "The quickest for small photos, about 0.81 on CIFAR-10 after four epochs",
        NetworkDesign(blocks=3, channels=32, pool_first=True, dropout=0.0, dense=0),
    ),
    "balanced": ("A good start for small photos", NetworkDesign()),
    "tensorflow_tutorial": (
        "The network of TensorFlow's CNN tutorial, about 0.70 on CIFAR-10",
        NetworkDesign(
            blocks=2,
            convolutions=1,
            channels=32,
            max_channels=64,
            batch_norm=False,
            dropout=0.0,
            dense=64,
            global_pooling=False,
        ),
    ),
    "vgg_tutorial": (
        "Three VGG blocks with BatchNorm and dropout, the usual 0.80 and more on CIFAR-10",
        NetworkDesign(blocks=3, convolutions=2, channels=32, dropout=0.05, dense=128, global_pooling=False),
    ),
}
