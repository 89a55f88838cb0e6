"""What to do next, on the Results page: at most three cards, each with its reason and a button."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from workbench.core.data.catalog import Catalog
from workbench.core.data.edits import merged
from workbench.core.edition import has_torch
from workbench.core.events import Followed, Insight
from workbench.core.messages import Message
from workbench.ui.parts.widgets import Button, Card, clear, column, label, row
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.words.next_steps import button_words, photos_title, step_reason, step_title

if TYPE_CHECKING:  # NumPy is loaded with the first numbers
    from workbench.core.health.next_steps import Step


class NextSteps(QWidget):
    """The cards, beside each other where there is room.

    Signals:
        wants_page: The page where something is done.
    """

    wants_page = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._asked: _Find | None = None
        self.cards: list[StepCard] = []
        self._row = row(space=theme.M)
        about = self.tr("Found with an instant model of the photos that are learned from, as they are now.")
        head = column(label(self.tr("What to do next"), "section"), label(about, "muted", wrap=True))
        self.setLayout(column(head, self._row))
        self.hide()

    def show_state(self, state: State) -> None:
        """Follows the folder, and what its model says of it."""
        catalog, health, run = state.folders.catalog, state.health, state.runs.in_use
        followed = health.followed
        if catalog is None or followed is None or state.runs.under_way is not None:
            self.hide()
            self._asked = None
            return
        for card in self.cards:  # what is about to be found anew is not done twice
            card.setEnabled(followed.revision == catalog.revision)
        for card in self.cards:  # what is about to be found anew is not done twice
            card.setEnabled(followed.revision == catalog.revision)
        asked = _Find(catalog, followed, health.insight, run is not None and run.is_instant and has_torch())
        if followed.revision == catalog.revision and not asked.is_same(self._asked):
            self._asked = asked
            self._session.work.run_in_thread(asked, self._show)

    @Slot(object)
    def _show(self, made: tuple[_Find, list[Step]]) -> None:
        asked, steps = made
        if asked is not self._asked:
            return
        clear(self._row)
        self.cards = [StepCard(asked.catalog, step) for step in steps]
        for card in self.cards:
            card.go.clicked.connect(partial(self._go, asked.catalog, card.step))
            if card.merge is not None:
                card.merge.clicked.connect(partial(self._merge, asked.catalog, card.step))
            self._row.addWidget(card, 1)
        self.setVisible(bool(steps))

    def _go(self, catalog: Catalog, step: Step) -> None:
        if step.samples:
            self._session.photos_wanted.emit(step.samples, photos_title(catalog, step))
        else:
            self.wants_page.emit("train" if step.kind == "train_longer" else "images")

    def _merge(self, catalog: Catalog, step: Step) -> None:
        if self._session.state.folders.catalog is not catalog:
            return
        for card in self.cards:
            card.setEnabled(False)
        if self._session.state.folders.catalog is not catalog:
            return
        for card in self.cards:
            card.setEnabled(False)
        one, into = step.values["classes"]
        names = {"classes": [catalog.name_of(one)], "class_name": catalog.name_of(into)}
        self._session.edits.edit(Message("edit.merged", names), partial(_merged, one, into))


class StepCard(Card):
    """One step."""

    def __init__(self, catalog: Catalog, step: Step) -> None:
        super().__init__()
        self.step = step
        self.title = label(step_title(catalog, step), "strong", wrap=True)
        self.reason = label(step_reason(step), "muted", wrap=True)
        self.go = Button(button_words(step))
        self.merge = Button(self.tr("Merge them")) if step.kind == "merge" else None
        buttons = row(self.go, *([self.merge] if self.merge is not None else []), -1, space=theme.S)
        for each in (self.title, self.reason):
            self.body.addWidget(each)
        self.body.addStretch(1)
        self.body.addLayout(buttons)


@dataclass(frozen=True, eq=False)
class _Find:
    """Finds the steps, on a thread of its own: there may be many photos."""

    catalog: Catalog
    followed: Followed
    insight: Insight | None
    is_instant: bool

    def is_same(self, other: _Find | None) -> bool:
        """Whether the same was asked before."""
        return other is not None and (
            self.catalog is other.catalog
            and self.followed is other.followed
            and self.insight is other.insight
            and self.is_instant == other.is_instant
        )

    def __call__(self) -> tuple[_Find, list[Step]]:
        from workbench.core.health.next_steps import next_steps  # NumPy: with the first numbers

        return self, next_steps(self.catalog, self.followed, self.insight, is_instant=self.is_instant)


def _merged(one: str, into: str, catalog: Catalog) -> Catalog:
    return merged(catalog, [one], into)
