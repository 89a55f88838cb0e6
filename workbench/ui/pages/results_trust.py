"""The head of the Results page: the one number, how far it may be trusted, and what it is held against."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QWidget

from workbench.core.results.metrics import Metrics
from workbench.core.results.trust import Baseline, Trust
from workbench.ui.parts.interval_bar import IntervalBar
from workbench.ui.parts.widgets import Card, clear, column, label, row, set_role
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.ui.words.outcome import Outcome, cautions, caveat, meaning, number
from workbench.ui.words.trust import Said, held_against, set_used, verdict

_SIGN = 18


class TrustCard(Card):
    """The number with its interval, the set it comes from, a verdict, and what must not be overlooked."""

    def __init__(self) -> None:
        super().__init__()
        self._said: Said | None = None
        self.number = label("", "number")
        self.number.setAccessibleDescription(self.tr("Share of right answers"))
        self.meaning = label("", "section", wrap=True)
        self.caveat = label("", "muted", wrap=True)
        self.used = label("", "muted", wrap=True)
        self.sets = label("", "muted", wrap=True)
        self.kept = label("", "strong", wrap=True)
        self.in_use = label("", "muted", wrap=True)
        self.bar = IntervalBar()
        self._sign, self.verdict = label(), label("", "muted", wrap=True)
        self._judged = QWidget()
        judged = row(self._sign, self.verdict)
        judged.setStretch(1, 1)
        judged.setAlignment(self._sign, Qt.AlignmentFlag.AlignTop)
        self._judged.setLayout(judged)
        self.cautions = Cautions()
        words = column(
            self.meaning, self._judged, self.bar, self.used, self.kept, self.in_use, self.cautions,
            self.caveat, self.sets,
            space=theme.XS,
        )  # fmt: skip
        words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        hero = row(self.number, words, space=theme.L)
        hero.setStretch(1, 1)
        self.body.addLayout(hero)

    def show_outcome(self, outcome: Outcome, baseline: Baseline | None) -> None:
        """Shows the number of a run.

        Args:
            outcome: It.
            baseline: What it is held against, None where that is not known yet.
        """
        trust = Trust.of(outcome.estimate, outcome.measures, baseline)
        self.number.setText(number(outcome))
        self.meaning.setText(meaning(outcome))
        self.caveat.setText(caveat(outcome))
        against = held_against(trust, outcome.classes)
        self.used.setText(set_used(outcome.estimate.how) + (f". {against}" if against else ""))
        self._judge(verdict(trust, outcome.classes))
        self.cautions.show_sentences(cautions(outcome))
        colour, name = "good" if trust.verdict == "good" else "accent", self.tr("always the largest class")
        estimate, mark = outcome.estimate, baseline.accuracy if baseline is not None else None
        self.bar.show_interval((estimate.low, estimate.high), estimate.accuracy, mark, name, colour)
        self.bar.setAccessibleName(f"{self.meaning.text()} {against}")
        for each in (self.number, self.used, self.bar):
            each.show()
        self.caveat.setVisible(bool(self.caveat.text()))

    def show_nothing(self, sentence: str, why: str) -> None:
        """Says that there is no number, and why."""
        self.meaning.setText(sentence)
        self.caveat.setText(why)
        self.caveat.setVisible(bool(why))
        for each in (self.number, self.used, self.bar):
            each.hide()
        self._judge(None)
        self.cautions.show_sentences([])

    def show_model(self, kept: str, in_use: str) -> None:
        """Says which model was kept, and whether it is in use; nothing where that says nothing."""
        for shown, text in ((self.kept, kept), (self.in_use, in_use)):
            shown.setText(text)
            shown.setVisible(bool(text))

    def show_sets(self, sentence: str) -> None:
        """Says how the photos were divided; nothing where that says nothing."""
        self.sets.setText(sentence)
        self.sets.setVisible(bool(sentence))

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._judge(self._said)

    def _judge(self, said: Said | None) -> None:
        self._said = said
        self._judged.setVisible(said is not None)
        if said is not None:
            set_role(self.verdict, said.role)
            self.verdict.setText(said.sentence)
            self._sign.setPixmap(icon(said.icon, said.role).pixmap(_SIGN, _SIGN))


def baseline_at_once(outcome: Outcome, metrics: Metrics | None) -> Baseline | None:
    """The baseline where a matrix tells it: where no photos belong together. Else the predictions do."""
    if metrics is None or outcome.measures.different < outcome.measures.samples:
        return None
    return Baseline.of_confusion(metrics.confusion)


class Cautions(QWidget):
    """Sentences that must not be overlooked, each with a sign."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = column(space=theme.XS)
        self.setLayout(self._rows)
        self._sentences: list[str] = []

    def show_sentences(self, sentences: list[str]) -> None:
        """Shows other sentences."""
        self._sentences = sentences
        self.setVisible(bool(sentences))
        clear(self._rows)
        for sentence in sentences:
            sign = label()
            sign.setPixmap(icon("ph.warning", "warn").pixmap(_SIGN, _SIGN))
            line = row(sign, label(sentence, "warn", wrap=True))
            line.setStretch(1, 1)
            line.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
            self._rows.addLayout(line)

    def sentences(self) -> list[str]:
        """What is said."""
        return self._sentences

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.show_sentences(self._sentences)
