"""Without torch: what needs it is refused in a sentence, and everything else goes on."""

from __future__ import annotations

import pytest

from workbench.core import edition
from workbench.core.config.methods import METHODS, missing_choices
from workbench.core.config.possible import check_possible
from workbench.core.config.training_config import recommended
from workbench.core.errors import InputError
from workbench.core.features import runtime_choice


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition, "_is_there", lambda: False)


def test_with_torch_it_is_the_full_edition_and_has_every_method() -> None:
    assert edition.edition() == "full"
    assert all(method.is_here for method in METHODS)
    assert missing_choices() == frozenset()
    for method in METHODS:
        check_possible(recommended(method.key))


@pytest.mark.usefixtures("light")
def test_without_torch_only_what_needs_none_is_here() -> None:
    assert edition.edition() == "light"
    assert [method.key for method in METHODS if method.is_here] == ["instant"]
    assert missing_choices() == {"better", "best", "transfer", "scratch"}
    check_possible(recommended("instant"))


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize(
    ("mode", "name"), [("improve", "Improve the instant model"), ("scratch", "Learn from nothing")]
)
def test_what_needs_torch_is_refused_in_a_sentence(mode: str, name: str) -> None:
    with pytest.raises(InputError, match=f"“{name}” comes with the full edition of this program"):
        check_possible(recommended(mode))


@pytest.mark.usefixtures("light")
def test_a_graphics_card_is_refused_and_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="does not use graphics cards"):
        check_possible(recommended("instant"), "cuda")
    with pytest.raises(InputError, match="does not use graphics cards"):
        runtime_choice._kind_of_device("cuda")
    monkeypatch.setattr(runtime_choice, "has_gpu", lambda: True)
    assert runtime_choice._kind_of_device("auto") == "cpu"
    assert [kind for group in runtime_choice._groups("cpu") for kind in group()] == [
        *runtime_choice.TORCH_FREE
    ]
