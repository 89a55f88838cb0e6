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
from workbench.core.stress.findings import PhotosTested, RowFound
from workbench.ui.parts.widgets import Button, Card, clear, column, label, row
from workbench.ui.session.configuring import Help, help_against
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.words.next_steps import button_words, photos_title, step_reason, step_title
from workbench.ui.words.stress import words
from workbench.words.stress import told

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
        session.stress.changed.connect(self._stress_changed)

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
        is_instant = run is not None and run.is_instant and has_torch()
        asked = _Find(catalog, followed, health.insight, is_instant, self._to_practise(state))
        if followed.revision == catalog.revision and not asked.is_same(self._asked):
            self._asked = asked
            self._session.work.run_in_thread(asked, self._show)

    @Slot()
    def _stress_changed(self) -> None:
        self.show_state(self._session.state)

    def _to_practise(self, state: State) -> _ToPractise | None:
        """At what the model in use fails most, of all that the next training can practise."""
        run, config = state.runs.in_use, state.preferences.config
        found = self._session.stress.found(run.folder, "disturbances") if run is not None else None
        if run is None or found is None:
            return None
        helped = ((row, help_against(row, run, config)) for row in found.rows)
        open_ = [_ToPractise(row, found.tested, help_) for row, help_ in helped if help_ and not help_.is_on]
        return max(open_, key=lambda each: each.row.lost, default=None)

    @Slot(object)
    def _show(self, made: tuple[_Find, list[Step]]) -> None:
        asked, steps = made
        if asked is not self._asked:
            return
        clear(self._row)
        verdict = asked.practise.verdict if asked.practise is not None else ""
        self.cards = [StepCard(asked.catalog, step, verdict) for step in steps]
        for card in self.cards:
            card.go.clicked.connect(partial(self._go, asked, card.step))
            if card.merge is not None:
                card.merge.clicked.connect(partial(self._merge, asked.catalog, card.step))
            self._row.addWidget(card, 1)
        self.setVisible(bool(steps))

    def _go(self, asked: _Find, step: Step) -> None:
        if step.samples:
            self._session.photos_wanted.emit(step.samples, photos_title(asked.catalog, step))
            return
        if step.kind == "practise" and asked.practise is not None:
            self._session.preferences.configure(asked.practise.help.config)
        self.wants_page.emit("train" if step.kind in ("practise", "train_longer") else "images")

    def _merge(self, catalog: Catalog, step: Step) -> None:
        if self._session.state.folders.catalog is not catalog:
            return
        for card in self.cards:
            card.setEnabled(False)
        one, into = step.values["classes"]
        names = {"classes": [catalog.name_of(one)], "class_name": catalog.name_of(into)}
        self._session.edits.edit(Message("edit.merged", names), partial(_merged, one, into))


class StepCard(Card):
    """One step."""

    def __init__(self, catalog: Catalog, step: Step, verdict: str = "") -> None:
        super().__init__()
        self.step = step
        self.title = label(step_title(catalog, step), "strong", wrap=True)
        self.reason = label(step_reason(step, verdict), "muted", wrap=True)
        self.go = Button(button_words(step))
        self.merge = Button(self.tr("Merge them")) if step.kind == "merge" else None
        buttons = row(self.go, *([self.merge] if self.merge is not None else []), -1, space=theme.S)
        for each in (self.title, self.reason):
            self.body.addWidget(each)
        self.body.addStretch(1)
        self.body.addLayout(buttons)


@dataclass(frozen=True)
class _ToPractise:
    """A disturbance at which the model in use fails, on which photos, and what the next training can do."""

    row: RowFound
    tested: PhotosTested
    help: Help

    @property
    def verdict(self) -> str:
        """How it fails, as a sentence."""
        return told(self.row, self.tested, words)


@dataclass(frozen=True, eq=False)
class _Find:
    """Finds the steps, on a thread of its own: there may be many photos."""

    catalog: Catalog
    followed: Followed
    insight: Insight | None
    is_instant: bool
    practise: _ToPractise | None

    def is_same(self, other: _Find | None) -> bool:
        """Whether the same was asked before."""
        return other is not None and (
            self.catalog is other.catalog
            and self.followed is other.followed
            and self.insight is other.insight
            and self.is_instant == other.is_instant
            and self.practise == other.practise
        )

    def __call__(self) -> tuple[_Find, list[Step]]:
        from workbench.core.health.next_steps import next_steps  # NumPy: with the first numbers

        fails_at = self.practise.row.key if self.practise is not None else ""
        steps = next_steps(
            self.catalog, self.followed, self.insight, is_instant=self.is_instant, fails_at=fails_at
        )
        return self, steps


def _merged(one: str, into: str, catalog: Catalog) -> Catalog:
    return merged(catalog, [one], into)
