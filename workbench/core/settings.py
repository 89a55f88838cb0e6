"""Settings declared once, as data.

A settings class is a frozen dataclass whose fields are made with `setting()`. The form in the
window, the `--set` option of the command line and the validation are all made from it.
"""

from __future__ import annotations

import dataclasses
import difflib
import typing
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from workbench.core.errors import InputError
from workbench.core.typed_numbers import UnclearNumberError, number_typed, whole_number_typed

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """How one setting is shown and checked.

    Attributes:
        label: Plain words, sentence case.
        help: One honest sentence: what it does and when to change it.
        group: The section of the form that it stands in.
        minimum, maximum: Inclusive range of a number, or None.
        choices: For a choice: each value with the words for it.
        step: The form's step for a number.
        logarithmic: Whether the form should step by factors (learning rates).
        unit: What a number is counted in, "" where the label says it.
        zero: The word for 0 where that is no amount (“Automatic”, “off”); it may be typed as well.
    """

    label: str
    help: str
    group: str
    minimum: float | None = None
    maximum: float | None = None
    choices: Mapping[str, str] | None = None
    step: float | None = None
    logarithmic: bool = False
    unit: str = ""
    zero: str = ""


def setting(
    default: Any,
    label: str,
    help: str,
    group: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: Mapping[str, str] | None = None,
    step: float | None = None,
    logarithmic: bool = False,
    unit: str = "",
    zero: str = "",
    needs: Mapping[str, Collection[str]] | None = None,
) -> Any:
    """Declares a field of a settings class; see `Setting` for the arguments.

    Args:
        needs: Where it only has an effect while other settings have one of some values: those values, by
            the other setting's name.
    """
    described = Setting(label, help, group, minimum, maximum, choices, step, logarithmic, unit, zero)
    return field(default=default, metadata={"setting": described, "needs": needs or {}})


def settings_of(cls: type) -> dict[str, Setting]:
    """The declared settings of a settings class, by field name, in order of declaration."""
    fields = dataclasses.fields(cls)
    return {f.name: f.metadata["setting"] for f in fields if "setting" in f.metadata}


def needs_of(cls: type, name: str) -> Mapping[str, Collection[str]]:
    """The values that other settings must have for a field to have an effect, by their names."""
    found = next(f.metadata.get("needs", {}) for f in dataclasses.fields(cls) if f.name == name)
    return cast(Mapping[str, Collection[str]], found)


def check(instance: Any) -> None:
    """Checks every declared setting of an instance.

    Raises:
        InputError: A value has the wrong type or lies outside its range or choices.
    """
    types = typing.get_type_hints(type(instance))
    for name, declared in settings_of(type(instance)).items():
        _check_value(name, getattr(instance, name), types[name], declared)


def parse(cls: type, name: str, text: str) -> Any:
    """Turns text (a command-line value) into the value of the setting `name`.

    Raises:
        InputError: There is no such setting, or the text does not fit it.
    """
    declared = settings_of(cls)
    if name not in declared:
        near = difflib.get_close_matches(name, declared, n=1)
        if near:
            raise InputError("no_such_setting.near", name=name, near=near[0])
        raise InputError("no_such_setting", name=name, known=list(declared))
    kind = typing.get_type_hints(cls)[name]
    if declared[name].zero and text.strip().casefold() in zero_words(declared[name]):
        text = "0"
    try:
        value = _PARSERS[kind](text.strip())
    except UnclearNumberError as error:
        raise InputError("number_unclear", value=text.strip()) from error
    except (KeyError, ValueError) as error:
        raise _does_not_fit(name, text, kind, declared[name]) from error
    _check_value(name, value, kind, declared[name])
    return value


def zero_words(declared: Setting) -> set[str]:
    """What may be typed in place of 0, in small letters."""
    word = declared.zero.casefold()
    return {word, "auto"} if word == "automatic" else {word} - {""}


def refusal(cls: type, name: str, text: str, *, called: str, point: str) -> InputError:
    """Why a text that somebody typed is not taken for the setting `name`.

    Args:
        called: What the setting is called where it was typed.
        point: What stands before a fraction there.
    """
    kind = typing.get_type_hints(cls)[name]
    try:
        whole_number_typed(text) if kind is int else number_typed(text, point)
    except UnclearNumberError:
        return InputError("number_unclear", value=text)
    except ValueError:
        pass
    return _does_not_fit(called, text, kind, settings_of(cls)[name])


def replace(instance: T, changes: Mapping[str, Any]) -> T:
    """A copy of a settings instance with some values changed, checked.

    Raises:
        InputError: A name is unknown or a value does not fit.
    """
    for name in changes:
        if name not in {f.name for f in dataclasses.fields(instance)}:  # type: ignore[arg-type]
            parse(type(instance), name, "")
    return dataclasses.replace(instance, **changes)  # type: ignore[type-var]


def _parse_bool(text: str) -> bool:
    words = {
        "true": True,
        "yes": True,
        "on": True,
        "1": True,
        "false": False,
        "no": False,
        "off": False,
        "0": False,
    }
    return words[text.lower()]


_PARSERS: dict[Any, Any] = {
    str: str,
    int: whole_number_typed,
    float: number_typed,
    bool: _parse_bool,
}


def _check_value(name: str, value: Any, kind: Any, declared: Setting) -> None:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    fits = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    if fits and declared.choices is not None:
        fits = value in declared.choices
    if fits and kind in (int, float):
        fits = value == value
        fits = fits and (declared.minimum is None or value >= declared.minimum)
        fits = fits and (declared.maximum is None or value <= declared.maximum)
    if not fits:
        raise _does_not_fit(name, value, kind, declared)


def _does_not_fit(name: str, value: Any, kind: Any, declared: Setting) -> InputError:
    values = {"name": name, "value": str(value)}
    if declared.choices is not None:
        return InputError("does_not_fit.choice", **values, choices=list(declared.choices))
    if kind is bool:
        return InputError("does_not_fit.bool", **values)
    if kind not in (int, float):
        return InputError("does_not_fit.str", **values)
    least, most = declared.minimum, declared.maximum
    if least is not None and most is not None:
        code = "does_not_fit.int_from_to" if kind is int else "does_not_fit.float_from_to"
        return InputError(code, **values, minimum=least, maximum=most)
    if least is not None:
        code = "does_not_fit.int_from" if kind is int else "does_not_fit.float_from"
        return InputError(code, **values, minimum=least)
    return InputError("does_not_fit.int" if kind is int else "does_not_fit.float", **values)
