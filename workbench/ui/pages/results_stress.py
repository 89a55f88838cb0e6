"""The stress test on the Results page: how far photos may be disturbed before a model fails."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from workbench.core.config.training_config import TrainingConfig
from workbench.core.edition import has_torch
from workbench.core.messages import Message
from workbench.core.project.runs import RunSummary
from workbench.core.stress.findings import Kind, RowFound, StressFound
from workbench.core.stress.plan import expected_seconds
from workbench.ui.charts.stress_strip import StressStrip
from workbench.ui.parts.widgets import (
    Bar,
    Button,
    Card,
    SectionHead,
    clear,
    column,
    hairline,
    label,
    row,
)
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.configuring import Help, has_practised, help_against
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.ui.words import stress as said
from workbench.words.stress import on_which, told

_ADVANCED_OPEN = "results/stress_advanced"
_BESIDE, _SIGN = 760, 18


class StressCard(Card):
    """The stress test of the run that is shown; under *Advanced*, what is meant to mislead its model.

    Signals:
        wants_page: The page that leads on.
    """

    wants_page = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._run: RunSummary | None = None
        self.disturbances = StressPart(session, "disturbances")
        self.attacks = StressPart(session, "attacks")
        self.elsewhere = label("", "muted", wrap=True)
        self.expand = Button("", self._toggle, role="quiet")
        self.expand.setAccessibleName(self.tr("Advanced"))
        self.expand.setCheckable(True)
        self.expand.setChecked(bool(session.preferences.recall(_ADVANCED_OPEN, False)))
        for part in (self.disturbances, self.attacks):
            part.wants_page.connect(self.wants_page)
        for each in (self.disturbances, row(self.expand, -1), self.attacks, self.elsewhere):
            self.body.addLayout(each) if isinstance(each, QBoxLayout) else self.body.addWidget(each)
        session.stress.changed.connect(self._changed)
        self._show_advanced()

    def show_run(self, run: RunSummary) -> None:
        """Shows what is known of a run, and reads what is kept with it."""
        self._run = run
        self._session.stress.read(run)
        self.show_state(self._session.state)

    def show_state(self, state: State) -> None:
        """Draws the newest state."""
        run = self._run
        self.setVisible(run is not None and run.model and run.state != "training")
        if run is not None:
            for part in (self.disturbances, self.attacks):
                part.show_state(state, run)

    @Slot(object)
    def _changed(self, run: object) -> None:
        if self._run is not None and run == self._run.folder:
            self.show_state(self._session.state)

    def _toggle(self) -> None:
        self._session.preferences.remember(_ADVANCED_OPEN, self.expand.isChecked())
        self._show_advanced()

    def _show_advanced(self) -> None:
        opened = self.expand.isChecked()
        self.expand.setText(("▾ " if opened else "▸ ") + self.tr("Advanced"))
        self.attacks.setVisible(opened and has_torch())
        self.elsewhere.setVisible(opened and not has_torch())
        self.elsewhere.setText(str(Message("full_edition.attacks")))


class StressPart(QWidget):
    """One kind of test: what it is, its button, how far it is, and its rows.

    Signals:
        wants_page: The page that leads on.
    """

    wants_page = Signal(str)

    def __init__(self, session: Session, kind: Kind) -> None:
        super().__init__()
        self._session, self._kind = session, kind
        self._run: RunSummary | None = None
        self._drawn: StressFound | None = None
        self.rows: list[StressRow] = []
        self.begin = Button("", self._begin, icon_name="ph.gauge")
        self.stop = Button(self.tr("Stop"), session.stress.stop)
        self.head = SectionHead(said.title(kind), " ", self.stop, self.begin)
        self.bar, self.doing = Bar(), label("", "muted")
        self._progress = QWidget()
        self._progress.setLayout(column(self.doing, self.bar, space=theme.XS))
        self.on = label("", "muted", wrap=True)
        self.wrong = label("", "warn", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.M)
        self.setLayout(column(self.head, self._progress, self.wrong, self.on, self._rows, space=theme.S))

    def show_state(self, state: State, run: RunSummary) -> None:
        """Draws what is known of a run."""
        self._run = run
        stress, actions = self._session.stress, enabled_actions(state)
        running = stress.under_way == (run.folder, self._kind)
        found, error = stress.found(run.folder, self._kind), stress.error(run.folder, self._kind)
        self.head.set_text(
            said.about(self._kind, expected_seconds(self._kind, run.started, state.work.rates))
        )
        self.begin.setText(said.begin(self._kind, again=found is not None))
        self.begin.setVisible(not running)
        self.begin.setEnabled("stress_test" in actions)
        busy = self.tr("Possible once nothing is learning and no other stress test runs.")
        self.begin.setToolTip("" if self.begin.isEnabled() else busy)
        self.stop.setVisible(running)
        self.stop.setEnabled("stop_stress" in actions)
        done, total, text = state.work.progress.get("stress", (0, 0, ""))
        self._progress.setVisible(running)
        self.doing.setText(text)
        self.bar.set_share(done / total if total else 0.0)
        self.wrong.setText(f"{error.title} {error.hint}".rstrip() if error is not None else "")
        self.wrong.setVisible(error is not None)
        self.on.setText(on_which(found) if found is not None else "")
        self.on.setVisible(found is not None)
        if found is not self._drawn:
            self._draw(found)
        above = set[str]()
        for each in self.rows:
            each.offer_help(state.preferences.config, run)
            each.hint.setVisible(bool(each.hint.text()) and each.hint.text() not in above)  # once is enough
            above.add(each.hint.text())

    def _draw(self, found: StressFound | None) -> None:
        known = self._drawn
        self._drawn = found
        begun = 0
        if (
            found is not None
            and known is not None
            and found.rows[: len(self.rows)] == known.rows
            and known.rows
        ):
            begun = len(self.rows)
        else:
            clear(self._rows)
            self.rows = []
        if found is None:
            return
        for each in found.rows[begun:]:
            shown = StressRow(self._session, each, told(each, found.tested, said.words))
            shown.wants_page.connect(self.wants_page)
            self.rows.append(shown)
            self._rows.addWidget(hairline())
            self._rows.addWidget(shown)

    @Slot()
    def _begin(self) -> None:
        if self._run is not None:
            self._session.stress.begin(self._run, self._kind)


class StressRow(QWidget):
    """One disturbance: its name and verdict, the photo at every strength, and what would help.

    Args:
        session: Whose next training is configured.
        found: What was found.
        verdict: The same as a sentence.

    Signals:
        wants_page: The page that leads on.
    """

    wants_page = Signal(str)

    def __init__(self, session: Session, found: RowFound, verdict: str) -> None:
        super().__init__()
        self._session, self.found = session, found
        self._help: Help | None = None
        self.name = label(said.words(found.row.name), "strong")
        self.name.setToolTip(said.words(found.row.sentence))
        role, self._icon = said.tone(found)
        self._role = role
        self._sign, self.verdict = label(), label(verdict, role if role != "muted" else "", wrap=True)
        self.hint = label("", "muted", wrap=True)
        self.button = Button("", self._switch_on)
        self.strip = StressStrip(found)
        line = row(self._sign, self.verdict)
        line.setStretch(1, 1)
        line.setAlignment(self._sign, Qt.AlignmentFlag.AlignTop)
        text = column(self.name, line, self.hint, row(self.button, -1), -1, space=theme.XS)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(theme.M)
        self._both.addLayout(text, 1)
        self._both.addWidget(self.strip)
        self._both.setAlignment(self.strip, Qt.AlignmentFlag.AlignTop)
        self.setLayout(self._both)
        self._tint()

    def offer_help(self, config: TrainingConfig, run: RunSummary) -> None:
        """Offers to switch on the augmentation that helps, where the model fails.

        Args:
            config: What the next training will be.
            run: Whose model was tested.
        """
        row_, verdict = self.found.row, self.found.verdict
        self._help = help_ = help_against(self.found, run, config)
        hint = button = ""
        if help_ is not None and help_.is_on:
            hint, button = said.switched_on(row_.helps, help_.strength, help_.keeps), said.to_train()
        elif help_ is not None:
            hint, button = said.offer(row_.helps, help_.choice)
        elif verdict.code == "fails" and verdict.at is not None:
            practised = bool(row_.helps) and has_practised(run, row_.helps, row_.help_at(verdict.at))
            hint = said.learned_with(row_.helps) if practised else said.no_help(row_.helps)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.button.setText(button)
        self.button.setVisible(bool(button))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the pictures beside the words, or below them where there is little room."""
        super().resizeEvent(event)
        beside = self.width() >= theme.px(_BESIDE)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._both.direction() != way:
            self._both.setDirection(way)

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self._sign.setPixmap(icon(self._icon, self._role).pixmap(_SIGN, _SIGN))

    @Slot()
    def _switch_on(self) -> None:
        if (help_ := self._help) is None:
            return
        if help_.is_on:
            self.wants_page.emit("train")
            return
        self._session.preferences.configure(help_.config)
