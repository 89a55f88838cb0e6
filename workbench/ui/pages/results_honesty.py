"""How honest is the number? What a split at random would show beside what is so, and why."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.durations import Photos, stages_for
from workbench.core.health.honesty import Audit, Kept, both_numbers, further, in_percent
from workbench.core.results.estimate import Estimate
from workbench.engine.requests import AuditFolder
from workbench.ui.parts.asking_line import AskingLine
from workbench.ui.parts.interval_bar import IntervalBar
from workbench.ui.parts.thumbnail_row import ThumbnailRow
from workbench.ui.parts.widgets import Card, clear, column, label
from workbench.ui.session.follow_control import followed_config
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.words import honesty as words
from workbench.ui.words.outcome import Outcome
from workbench.ui.words.times import about_in_words
from workbench.words import say
from workbench.words.findings import told

_BESIDE, _GROUPS, _FITS = 620, 3, 3


class HonestyCard(Card):
    """Two numbers side by side with their intervals, a sentence, and the groups that make the difference."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._question = session, session.audit
        self._outcome: Outcome | None = None
        self._catalog: Catalog | None = None
        self._drawn: tuple[object, ...] = ()
        self.sentence = label("", "", wrap=True)
        self.at_random = _Number(self.tr("A split at random would show"), "muted", apart=True)
        self.honest = _Number(self.tr("Honestly, expect"), "accent", apart=False)
        self._two = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._two.setSpacing(theme.L)
        for each in (self.at_random, self.honest):
            self._two.addWidget(each, 1)
        self._more = QWidget()
        self._rows = column(space=theme.XS)
        self._more.setLayout(self._rows)
        self.measured = label("", "muted", wrap=True)
        self.line = AskingLine(self._question, "", self.ask)
        self.body.addWidget(label(self.tr("How honest is the number?"), "section"))
        self.body.addLayout(self._two)
        below: tuple[QWidget, ...] = (self.measured, self.sentence, self._more, self.line)
        for widget in below:
            self.body.addWidget(widget)
        self._question.changed.connect(self._follow)
        self.setVisible(False)

    def show_outcome(self, outcome: Outcome | None) -> None:
        """Shows what a run itself tells; None hides the card."""
        self._outcome = outcome
        self.show_state(self._session.state)

    def show_state(self, state: State) -> None:
        """Follows the folder."""
        self._catalog = state.folders.catalog
        self.setVisible(self._outcome is not None and self._catalog is not None)
        if not self.isHidden():
            self._follow()

    @Slot()
    def ask(self) -> None:
        """Has the folder audited."""
        if self._catalog is not None:
            self._question.ask(AuditFolder(self._catalog, self._config()), self._catalog.revision)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Has the two numbers beside each other where there is room."""
        super().resizeEvent(event)
        beside = self.width() >= theme.px(_BESIDE)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._two.setDirection(way)

    @property
    def sentences(self) -> list[str]:
        """What is said below the numbers."""
        found = []
        for place in range(self._rows.count()):
            item = self._rows.itemAt(place)
            if item is not None and isinstance(shown := item.widget(), type(self.sentence)):
                found.append(shown.text())
        return found

    def _config(self) -> TrainingConfig:
        return followed_config(self._session.state) or TrainingConfig()

    @Slot()
    def _follow(self) -> None:
        if self._outcome is None or self._catalog is None:
            return
        audit: Audit | None = self._question.found
        edited = audit is not None and self._question.about != self._catalog.revision
        key = (self._outcome, audit, edited, self._catalog)
        if len(key) != len(self._drawn) or not all(map(_is, key, self._drawn)):
            self._drawn = key
            clear(self._rows)
            if audit is not None:
                self._draw(audit, self._catalog, edited=edited)
            else:
                self._draw_known(self._outcome)
        self._more.setVisible(self._rows.count() > 0)
        self.measured.setVisible(bool(self.measured.text()))
        self.sentence.setVisible(bool(self.sentence.text()))
        self.line.setVisible(audit is None or edited or self._question.is_asking)

    def _draw(self, audit: Audit, catalog: Catalog, *, edited: bool) -> None:
        both = audit.held_apart
        self.sentence.setText(say(both_numbers(audit)))
        apart = both is not None and bool(both.groups)
        self.at_random.show_estimate(both.at_random if both is not None and apart else None)
        self.honest.show_estimate(both.honest if both is not None else None)
        for message in further(audit):
            self._rows.addWidget(label(say(message), "muted", wrap=True))
        for finding in audit.findings:
            self._rows.addWidget(label(told(finding), "warn", wrap=True))
        if both is not None and both.flatters:
            self._rows.addWidget(label(self.tr("The groups that flatter most:"), "strong"))
            for group in both.groups[:_GROUPS]:
                if group.flatters > 0:
                    self._add_group(group, catalog)
        self.measured.setText(words.measured_line(audit, edited=edited))
        self.line.ask.setText(self.tr("Compare again"))
        self.line.show_time(self._time())

    def _draw_known(self, outcome: Outcome) -> None:
        """What the run itself tells; the rest has to be asked for."""
        measures = outcome.measures
        at_random = words.at_random_of(measures)
        self.at_random.show_estimate(at_random)
        self.honest.show_estimate(outcome.estimate if at_random is not None else None)
        unknown = self.tr(
            "Copies, bursts and frames of one video on both sides of a split make a number look better than "
            "it is. Compare a split at random with an honest one on your photos."
        )
        self.sentence.setText(words.known_line(measures) or unknown)
        self.measured.setText("")
        which = self.tr("Which photos make the difference?")
        self.line.ask.setText(which if at_random is not None else self.tr("Compare both"))
        self.line.show_time(self._time())

    def _time(self) -> str:
        """About how long it takes: three times what fitting takes, and looking where nobody has looked."""
        config, state = self._config(), self._session.state
        known = state.health.followed is not None
        stages = stages_for(config, Photos.of(self._catalog), self._session.work.rates)
        looking = 0.0 if known else sum(stage.seconds for stage in stages)
        fitting = sum(stage.seconds for stage in stages if stage.key == "fitting")
        return self.tr("takes {time}").format(time=about_in_words(looking + _FITS * fitting))

    def _add_group(self, group: Kept, catalog: Catalog) -> None:
        samples = {each.id: each for each in catalog.samples}
        shown = [samples[each] for each in group.samples if each in samples]
        photos = ThumbnailRow(self._session, [PhotoKey.of(catalog, each) for each in shown])
        names = ", ".join(each.path for each in shown)
        photos.setAccessibleName(names)
        photos.setToolTip(names)
        self._rows.addWidget(label(words.group_line(group), "muted", wrap=True))
        self._rows.addWidget(photos)


class _Number(QWidget):
    """A share in large, its interval on a scale and in words."""

    def __init__(self, title: str, colour: str, *, apart: bool) -> None:
        super().__init__()
        self._colour, self._apart = colour, apart
        self._title = title
        self.number, self.range = label("", "title"), label("", "muted", wrap=True)
        self.bar = IntervalBar()
        whole = column(label(title, "muted", wrap=True), self.number, self.bar, self.range, space=theme.XS)
        whole.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setLayout(whole)

    def show_estimate(self, estimate: Estimate | None) -> None:
        """Shows another one; None hides it."""
        self.setVisible(estimate is not None)
        if estimate is None:
            return
        self.number.setText(f"{in_percent(estimate.accuracy)} %")
        self.range.setText(words.range_line(estimate, apart=self._apart))
        self.bar.show_interval((estimate.low, estimate.high), estimate.accuracy, None, "", self._colour)
        self.bar.setAccessibleName(f"{self._title}: {self.number.text()}, {self.range.text()}")


def _is(one: object, other: object) -> bool:
    return one is other or (isinstance(one, bool) and one == other)
