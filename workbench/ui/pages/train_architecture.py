"""Choosing the network: the chosen one as a card, the others when asked for."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from workbench.core.architectures.architecture import Architecture
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.design import DESIGN_PRESETS
from workbench.core.config.methods import METHODS
from workbench.core.config.training_config import TrainingConfig
from workbench.core.weights.stored import weights_state
from workbench.ui.parts.choices import ChoiceCards
from workbench.ui.parts.editors import ChoiceEdit
from workbench.ui.parts.forms import words
from workbench.ui.parts.widgets import Button, Card, column, label, row
from workbench.ui.session.configuring import architectures_for
from workbench.ui.style import theme

_OWN = "own"


class ArchitecturePicker(QWidget):
    """The network that will be trained, with its sentence and its figures.

    Signals:
        chosen: The key of another architecture.
        designed: A `NetworkDesign`, where the network is one's own.
    """

    chosen = Signal(str)
    designed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[str, str] = ("", "")
        self.more = Button("", self._toggle, role="quiet")
        self.more.setCheckable(True)
        self.name = label("", "strong", wrap=True)
        self._sentence = label("", "muted", wrap=True)
        self._figures = label("", "caption", wrap=True)
        self._card = Card(self.name, self._sentence, self._figures, space=theme.XS)
        self.cards = ChoiceCards(self.tr("Network"))
        self.cards.chosen.connect(self._choose)
        presets = {key: words(sentence) for key, (sentence, _) in DESIGN_PRESETS.items()}
        self.presets = ChoiceEdit({**presets, _OWN: self.tr("My own: see Advanced")})
        self.presets.setAccessibleName(self.tr("Where your own network starts from"))
        self.presets.setMinimumHeight(theme.HIT)
        self.presets.edited.connect(self._preset)
        head = row(label(self.tr("Network"), "strong"), -1, self.more)
        self.setLayout(column(head, self._card, self.cards, self.presets))

    def show_config(self, config: TrainingConfig) -> None:
        """Shows the architecture of a configuration; the list holds those that fit its mode."""
        if (config.mode, config.architecture) != self._shown:
            self._shown = (config.mode, config.architecture)
            chosen = architecture_of(config.architecture)
            self.name.setText(chosen.name)
            self._sentence.setText(words(chosen.sentence))
            self._figures.setText(figures_of(chosen, config.mode))
            self._fill()
        own = architecture_of(config.architecture).designed
        self.presets.setVisible(own)
        if own:
            same = (key for key, (_, design) in DESIGN_PRESETS.items() if design == config.design)
            self.presets.show_value(next(same, _OWN))

    def _fill(self) -> None:
        """Makes the cards, once they are to be seen."""
        mode, key = self._shown
        is_open = self.more.isChecked()
        self._card.setVisible(not is_open)
        self.cards.setVisible(is_open)
        self.more.setText(self.tr("Close") if is_open else self.tr("Change…"))
        self.more.setAccessibleName(
            self.tr("Close the list of networks") if is_open else self.tr("Change the network")
        )
        if is_open:
            self.cards.fill(
                (each.key, each.name, words(each.sentence), figures_of(each, mode))
                for each in architectures_for(mode)
            )
            self.cards.show_value(key)

    def _toggle(self) -> None:
        self._fill()

    def _choose(self, key: str) -> None:
        self.more.setChecked(False)
        self._fill()
        self.more.setFocus()
        self.chosen.emit(key)

    def _preset(self, key: str) -> None:
        if key != _OWN:
            self.designed.emit(DESIGN_PRESETS[key][1])


def figures_of(row: Architecture, mode: str) -> str:
    """How large an architecture is, how quick, and where its pretrained weights are."""
    parts = []
    if row.parameters:
        size = _tr("{how} ({parameters} parameters)")
        parts.append(size.format(how=how_large(row.multiply_adds), parameters=rounded(row.parameters)))
    else:
        parts.append(_tr("small; its size depends on your settings"))
    if METHODS.of(mode).pretrained and row.weights is not None:
        state = weights_state(row)
        if state == "download":
            megabytes = f"{max(1, round(row.weights.size / 1e6)):,}"
            parts.append(_tr("its trained weights are downloaded once, {size} MB").format(size=megabytes))
        elif state == "here":
            parts.append(_tr("already trained, and on this computer"))
        else:
            parts.append(_tr("its trained weights are missing from this installation"))
    return ". ".join(part[0].upper() + part[1:] for part in parts) + "."


def how_large(multiply_adds: int) -> str:
    """What the work for one photo, in multiplications, means to a person who waits."""
    return next(
        words
        for least, words in (
            (10e9, _tr("very large and slow")),
            (2.5e9, _tr("large and slow")),
            (0.8e9, _tr("middle-sized")),
            (0, _tr("small and quick")),
        )
        if multiply_adds >= least
    )


def rounded(count: int) -> str:
    """A large number in words, such as “4.7 million”."""
    for size, unit in ((1e9, _tr("{number} billion")), (1e6, _tr("{number} million"))):
        if count >= size / 10:
            number = count / size
            return unit.format(number=f"{number:.1f}" if number < 10 else f"{number:,.0f}")
    return f"{count:,}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("ArchitecturePicker", text)
