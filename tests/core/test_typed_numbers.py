"""Numbers as people type them: understood or refused, never taken for another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from workbench.cli.options import training_config
from workbench.core.errors import InputError
from workbench.core.typed_numbers import UnclearNumberError, number_typed, whole_number_typed


def understood(read: Callable[[str], float], text: str) -> float | None:
    try:
        return read(text)
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("text", "point", "number"),
    [
        ("0.005", ".", 0.005),
        ("0.005", ",", 0.005),
        ("0,005", ".", 0.005),
        ("0,005", ",", 0.005),
        ("1,5", ".", 1.5),
        ("5,0e-3", ".", 0.005),
        ("1.234", ".", 1.234),
        ("1,234", ",", 1.234),
        ("1.234", ",", None),
        ("1,234", ".", None),
        ("1.234,5", ".", 1234.5),
        ("1,234.5", ",", 1234.5),
        ("1.234.567", ",", 1234567),
        ("12\u202f345", ".", 12345),
        ("1\u2019000", ",", 1000),
        ("1.2.3", ".", None),
        ("1,23.4", ".", None),
        ("12 34", ".", None),
        ("\u0660\u066b\u0660\u0660\u0665", ".", 0.005),
        ("\u22120,5", ".", -0.5),
        ("0.005 mm", ".", None),
        ("", ".", None),
    ],
)
def test_a_number_is_understood_or_refused(text: str, point: str, number: float | None) -> None:
    assert understood(partial(number_typed, point=point), text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("1 000", 1000),
        ("1.000", None),
        ("1,000", None),
        ("1.5", None),
        ("1,5", None),
        ("5.0", None),
    ],
)
def test_a_whole_number_is_understood_or_refused(text: str, number: int | None) -> None:
    assert understood(whole_number_typed, text) == number
    with pytest.raises(UnclearNumberError):
        whole_number_typed("1.000")


def test_settings_take_a_decimal_comma_and_words_for_nothing() -> None:
    asked = ["learning_rate=0,005", "augmentation.rotation=0,5", "input_size=auto", "early_stopping=Never"]
    config = training_config(mode="transfer", assignments=asked)
    assert (config.learning_rate, config.augmentations["rotation"]) == (0.005, 0.5)
    assert (config.input_size, config.early_stopping) == (0, 0)
    for text in ("gradient_clipping=1,000", "epochs=1.000", "seed=1,000"):
        with pytest.raises(InputError, match="can be read in two ways"):
            training_config(mode="transfer", assignments=[text])
