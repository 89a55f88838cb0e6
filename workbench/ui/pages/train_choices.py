"""The left of the Train page: what to choose before training, plain things first."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtWidgets import QWidget

from workbench.core.architectures.design import NetworkDesign
from workbench.core.config.applying import applies, limits_of
from workbench.core.config.methods import choices_of, missing_choices
from workbench.core.config.training_config import TrainingConfig
from workbench.core.durations import Photos, seconds_for
from workbench.core.settings import replace, settings_of
from workbench.ui.charts.schedule import ScheduleView
from workbench.ui.pages.train_architecture import ArchitecturePicker
from workbench.ui.pages.train_augmentation import AugmentationPicker, AugmentationSliders
from workbench.ui.parts.choices import ChoiceCards
from workbench.ui.parts.forms import SettingsForm, words
from workbench.ui.parts.widgets import Button, SectionHead, column, label
from workbench.ui.parts.wrapping import Wrapped
from workbench.ui.session.configuring import (
    as_recommended,
    choice_of,
    is_recommended,
    with_architecture,
    with_augmentation,
    with_choice,
    with_design,
    with_setting,
)
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.words.outcome import few_mistakes
from workbench.ui.words.times import about_in_words

_CHOSEN_ABOVE = ("mode", "quality", "architecture", "augmentation")
_ADVANCED_OPEN = "train/advanced"


class Choices(QWidget):
    """What decides how the model is trained; everything goes to the session's configuration."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._config: TrainingConfig | None = None
        self._timed: tuple[object, ...] = ()
        self.cards = ChoiceCards(self.tr("How to learn"))
        self.cards.fill(_cards(advanced=False), missing_choices())
        self.cards.chosen.connect(self._choose)
        self.elsewhere = label("", "muted", wrap=True)
        self.augmentation = AugmentationPicker()
        self.augmentation.chosen.connect(self._choose_preset)
        self.advanced = Advanced()
        self.advanced.others.chosen.connect(self._choose)
        self.advanced.architecture.chosen.connect(self._choose_architecture)
        self.advanced.architecture.designed.connect(self._design)
        self.advanced.edited.connect(self._edit)
        self.advanced.redesigned.connect(self._redesign)
        self.advanced.strength.connect(self._set_strength)
        self.expand = Button("", self._toggle_advanced, role="quiet")
        self.expand.setAccessibleName(self.tr("Advanced"))
        self.expand.setCheckable(True)
        self.expand.setChecked(bool(session.preferences.recall(_ADVANCED_OPEN, False)))
        self.back = Button(self.tr("Back to recommended"), self._go_back, role="quiet")
        layout = column(
            column(SectionHead(self.tr("How to learn")), self.cards, self.elsewhere),
            self.augmentation,
            column(Wrapped(self.expand, self.back), self.advanced, space=theme.M),
            -1,
            space=theme.L,
        )
        layout.setContentsMargins(0, 0, theme.M, theme.M)
        self.setLayout(layout)
        self._show_advanced()

    def show_state(self, state: State) -> None:
        """Shows the configuration, and how long each choice takes with the open folder."""
        config = state.preferences.config
        if config != self._config:
            self._show_config(config)
        photos = Photos.of(state.folders.catalog)
        mistakes = few_mistakes(state.runs.in_use)
        timed = (config.architecture, photos, state.work.rates, mistakes)
        if timed != self._timed:
            self._timed = timed
            for key, *texts in _cards(advanced=False):
                here, chosen = key not in missing_choices(), with_choice(config, key)
                seconds = seconds_for(chosen, photos, state.work.rates) if here else None
                if here and mistakes is not None and chosen.method.counts == "round":
                    seconds, texts[-1] = None, _not_worth_it(mistakes)
                self.cards.card(key).say(*_with_time(texts, seconds))

    def _show_config(self, config: TrainingConfig) -> None:
        self._config = config
        choice = choice_of(config)
        self.cards.show_value(choice)
        self.elsewhere.setVisible(choice not in self.cards.keys())  # noqa: SIM118 - not a mapping
        names = {key: name for key, name, *_ in _cards(advanced=True)}
        self.elsewhere.setText(self.tr("Chosen in Advanced: {name}").format(name=names.get(choice, "")))
        self.augmentation.setVisible(bool(config.method.augments))
        self.augmentation.show_config(config)
        self.advanced.show_config(config)
        self.back.setVisible(not is_recommended(config))

    def _configure(self, config: TrainingConfig) -> None:
        self._session.preferences.configure(config)

    @property
    def _now(self) -> TrainingConfig:
        return self._session.state.preferences.config

    @Slot(str)
    def _choose(self, choice: str) -> None:
        if choice != choice_of(self._now):
            self._configure(with_choice(self._now, choice))

    @Slot(str)
    def _choose_architecture(self, key: str) -> None:
        if key != self._now.architecture:
            self._configure(with_architecture(self._now, key))

    @Slot(str)
    def _choose_preset(self, preset: str) -> None:
        self._configure(replace(self._now, {"augmentation": preset}))

    @Slot(object)
    def _design(self, design: NetworkDesign) -> None:
        self._configure(replace(self._now, {"design": design}))

    @Slot(str, object)
    def _edit(self, name: str, value: Any) -> None:
        self._take(self.advanced.settings, name, with_setting(self._now, name, value))

    @Slot(str, object)
    def _redesign(self, name: str, value: Any) -> None:
        self._take(self.advanced.design, name, with_design(self._now, name, value))

    def _take(self, form: SettingsForm, name: str, changed: tuple[TrainingConfig, str]) -> None:
        config, said = changed
        self.advanced.say(form, name, said)
        if config == self._now:  # it could not be taken: the form goes back to what stands
            self.advanced.show_config(config)
        self._configure(config)

    @Slot(str, float)
    def _set_strength(self, key: str, strength: float) -> None:
        self._configure(with_augmentation(self._now, key, strength))

    def _go_back(self) -> None:
        self._configure(as_recommended(self._now))

    def _toggle_advanced(self) -> None:
        self._session.preferences.remember(_ADVANCED_OPEN, self.expand.isChecked())
        self._show_advanced()

    def _show_advanced(self) -> None:
        open_now = self.expand.isChecked()
        self.advanced.setVisible(open_now)
        self.expand.setText(("▾ " if open_now else "▸ ") + self.tr("Advanced"))


class Advanced(QWidget):
    """The other ways to learn, the network, and every setting that the chosen way has, from its declaration.

    Signals:
        edited, redesigned: Field of `TrainingConfig` or of `NetworkDesign`, and its new value.
        strength: Key and new strength of an augmentation.
    """

    edited = Signal(str, object)
    redesigned = Signal(str, object)
    strength = Signal(str, float)

    def __init__(self) -> None:
        super().__init__()
        self.others = ChoiceCards(self.tr("Other ways to learn"))
        self.others.fill(_cards(advanced=True), missing_choices())
        self.architecture = ArchitecturePicker()
        self.design = SettingsForm(NetworkDesign)
        self.design.edited.connect(self.redesigned)
        self.settings = SettingsForm(TrainingConfig, leave_out=_CHOSEN_ABOVE, hint=_hint)
        self.settings.edited.connect(self.edited)
        self.said = label("", "warn", wrap=True)
        self.said.hide()
        self.schedule = ScheduleView()
        self.settings.put_below("schedule", self.schedule)
        for form in (self.settings, self.design):
            form.refused.connect(functools.partial(self.say, form))
        self.sliders = AugmentationSliders()
        self.sliders.edited.connect(self.strength)
        ways = column(label(self.tr("Other ways to learn"), "strong"), self.others)
        self.setLayout(
            column(ways, self.architecture, self.design, self.settings, self.sliders, space=theme.L)
        )

    def say(self, form: SettingsForm, name: str, text: str) -> None:
        """Says what came of an edit, below the settings that it was among; "" says nothing any more."""
        if text:
            form.put_below(name, self.said)
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def show_config(self, config: TrainingConfig) -> None:
        """Shows a configuration."""
        self.others.show_value(choice_of(config))
        self.architecture.show_config(config)
        self.design.setVisible(applies(config, "design"))
        self.design.show_values(config.design)
        self.settings.show_values(config)
        self.settings.show_only([name for name in self.settings.names() if applies(config, name)])
        self.schedule.setVisible(applies(config, "schedule"))
        if applies(config, "schedule"):
            self.schedule.show_config(config)
        self.sliders.setVisible(bool(config.method.augments))
        self.sliders.show_config(config)


def _cards(*, advanced: bool) -> list[tuple[str, str, str, str]]:
    """The cards of the methods: key, name, what it does, when to take it, in the person's language.

    Those that this edition of the program lacks say so instead of when to take them.
    """
    lacks = QCoreApplication.translate("Choices", "Comes with the full edition of this program.")
    missing = missing_choices()
    return [
        (each.key, words(each.name), words(each.sentence), lacks if each.key in missing else words(each.when))
        for each in choices_of(advanced=advanced)
    ]


def _hint(name: str) -> str:
    """What a setting does and where it has an effect, in the person's language."""
    sentence = words(settings_of(TrainingConfig)[name].help)
    limits = limits_of(name)
    if not limits:
        return sentence
    only = "; ".join(f"{words(limit.label)}: {', '.join(map(words, limit.names))}" for limit in limits)
    translate = QCoreApplication.translate
    return f"{sentence} {translate('Choices', 'Only for: {limits}.').format(limits=only)}"


def _not_worth_it(mistakes: int) -> str:
    text = QCoreApplication.translate(
        "Choices",
        "Hardly worth it: the instant model makes so few mistakes ({count}) that practising could not show "
        "that it helps.",
    )
    return text.format(count=mistakes)


def _with_time(texts: Sequence[str], seconds: float | None) -> Sequence[str]:
    """The words of a card, and about how long it takes here where that is known."""
    if seconds is None:
        return texts
    name, what, when = texts
    time = QCoreApplication.translate("Choices", "{time} here").format(time=about_in_words(seconds))
    return name, what, f"{time[0].upper()}{time[1:]}. {when}"
