"""BatchNorm that does not learn, folded into the convolution before it: the same answers for less work."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_weights


def fuse(model: nn.Module) -> nn.Module:
    """Folds every BatchNorm that directly follows a convolution into it, in place.

    In the networks of the registry, a BatchNorm that stands behind a convolution also takes its output;
    where features are computed, `choice` finds out if ever one does not.
    """
    for path, name, following in list(_pairs(model)):
        parent = model.get_submodule(path)
        convolution, norm = parent.get_submodule(name), parent.get_submodule(following)
        assert isinstance(convolution, nn.Conv2d)
        assert isinstance(norm, nn.modules.batchnorm._BatchNorm)
        assert norm.running_mean is not None
        assert norm.running_var is not None
        convolution.weight, convolution.bias = fuse_conv_bn_weights(
            convolution.weight,
            convolution.bias,
            norm.running_mean,
            norm.running_var,
            norm.eps,
            norm.weight,
            norm.bias,
        )
        activation = getattr(norm, "act", None)  # timm joins some BatchNorms with what comes next
        setattr(parent, following, activation if activation is not None else nn.Identity())
    return model


def unfuse_into(folded: nn.Module, model: nn.Module) -> None:
    """Copies the weights of a folded model, which may have learned since, into one that is not folded.

    A BatchNorm there then only adds what the folded convolution adds.

    Args:
        folded: As `fold` left it; it may lack modules that `model` has.
        model: Of the same architecture; changed in place.
    """
    state = {name: value.detach().clone() for name, value in folded.state_dict().items()}
    for path, name, following in _pairs(model):
        prefix = f"{path}." if path else ""
        norm = model.get_submodule(f"{prefix}{following}")
        if f"{prefix}{name}.weight" not in state or f"{prefix}{following}.weight" in state:
            continue  # not in the folded model, or not folded there
        bias = state[f"{prefix}{name}.bias"]
        if model.get_submodule(f"{prefix}{name}").bias is None:
            del state[f"{prefix}{name}.bias"]
        else:
            state[f"{prefix}{name}.bias"] = torch.zeros_like(bias)
        assert isinstance(norm, nn.modules.batchnorm._BatchNorm)
        state[f"{prefix}{following}.weight"] = torch.ones_like(bias)
        state[f"{prefix}{following}.bias"] = bias
        state[f"{prefix}{following}.running_mean"] = torch.zeros_like(bias)
        state[f"{prefix}{following}.running_var"] = torch.full_like(bias, 1 - norm.eps)
    unknown = model.load_state_dict(state, strict=False).unexpected_keys
    assert not unknown, unknown


def _pairs(model: nn.Module) -> Iterator[tuple[str, str, str]]:
    """Each convolution that a BatchNorm follows: the name of their parent, and theirs in it."""
    for path, parent in model.named_modules():
        for (name, first), (following, second) in itertools.pairwise(parent.named_children()):
            if isinstance(first, nn.Conv2d) and isinstance(second, nn.modules.batchnorm._BatchNorm):
                yield path, name, following
