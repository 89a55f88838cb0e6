"""Small changes of pixels that are meant to mislead one network. Loads torch.

Both attacks stay within `eps` levels of each pixel (the L∞ ball) and within 0 to 255, and change pixels by
whole levels, so that what they make is a picture.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

Network = Callable[[Tensor], Tensor]
"""From pixels (n, channels, side, side), float, 0 to 255, to logits (n, classes); differentiable."""
STEPS = 10


def fgsm(network: Network, pixels: Tensor, targets: Tensor, eps: int) -> Tensor:
    """The fast gradient sign method: one step of `eps` against the true class.

    Goodfellow, Shlens & Szegedy, Explaining and harnessing adversarial examples, 2015.

    Args:
        pixels: (n, channels, side, side), float, whole numbers from 0 to 255.
        targets: The true classes, (n,).
        eps: In levels of 255, 1 or more.

    Returns:
        The changed pixels.
    """
    return stepped(pixels, pixels, gradient(network, pixels, targets)[1], eps, eps)


def pgd(
    network: Network,
    pixels: Tensor,
    targets: Tensor,
    eps: int,
    *,
    steps: int = STEPS,
    until_wrong: bool = False,
) -> Tensor:
    """Projected gradient descent: `fgsm`, then steps of a quarter of `eps`; of each the worst point is kept.

    Madry et al., Towards deep learning models resistant to adversarial attacks, 2018; from where `fgsm` ends
    instead of from a random place, so that it is never the weaker of the two.

    Args:
        pixels, targets, eps: As `fgsm` takes them.
        steps: After the first.
        until_wrong: Pictures that another class is named for are left as they are then.

    Returns:
        The changed pixels.
    """
    at = fgsm(network, pixels, targets, eps)
    worst, highest = at, torch.full((len(at),), -torch.inf, device=at.device)
    size = max(1, round(eps / 4))
    for number in range(steps + 1):
        losses, slope, wrong = gradient(network, at, targets)
        higher = losses > highest
        worst = torch.where(_each(higher, at), at, worst)
        highest = torch.maximum(losses, highest)
        if number == steps or (until_wrong and bool(wrong.all())):
            break
        moved = stepped(at, pixels, slope, size, eps)
        at = torch.where(_each(wrong, at), at, moved) if until_wrong else moved
    return at if until_wrong else worst


def gradient(network: Network, pixels: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The cross-entropy of each picture, (n,), its gradient by the pixels, and whether it is mistaken.

    Args:
        pixels, targets: As `fgsm` takes them.
    """
    inputs = pixels.detach().requires_grad_(True)
    with torch.enable_grad():
        logits = network(inputs)
        losses = functional.cross_entropy(logits, targets, reduction="none")
        (slope,) = torch.autograd.grad(losses.sum(), inputs)
    return losses.detach(), slope, logits.detach().argmax(1) != targets


def stepped(at: Tensor, origin: Tensor, slope: Tensor, size: int, eps: int) -> Tensor:
    """A step of `size` levels uphill from `at`, within `eps` levels of `origin` and within 0 to 255."""
    moved = at + size * slope.sign()
    return torch.minimum(torch.maximum(moved, origin - eps), origin + eps).clamp(0, 255)


def _each(chosen: Tensor, like: Tensor) -> Tensor:
    return chosen.view(-1, *([1] * (like.ndim - 1)))
