"""How easily the model says nothing: from bold to careful, with the price of each."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from workbench.core.results.reject import CAUTIONS
from workbench.ui.parts.choices import Segments
from workbench.ui.parts.widgets import label, row
from workbench.ui.session.session import Session
from workbench.ui.session.state import Predictions
from workbench.ui.style import theme
from workbench.words import say


class CautionView(QWidget):
    """Three buttons and a sentence; hidden where the model has no rule for saying nothing."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        words = {"bold": self.tr("Bold"), "middle": self.tr("Middle"), "careful": self.tr("Careful")}
        self.choice = Segments(self.tr("How easily it says “none of these”"), words)
        self.choice.setToolTip(
            self.tr("Careful says nothing more often, and is right more often where it says something.")
        )
        self.price = label("", "muted", wrap=True)
        self.choice.chosen.connect(self._chosen)
        line = row(label(self.tr("None of these:"), "muted"), self.choice, self.price, space=theme.M)
        line.setStretch(2, 1)
        self.setLayout(line)

    def show_predictions(self, known: Predictions) -> None:
        """Shows the setting and its price."""
        self.setVisible(known.rule is not None)
        if known.rule is not None:
            self.choice.show_value(known.caution)
            self.price.setText(say(known.rule.price(known.caution)))

    @Slot(str)
    def _chosen(self, key: str) -> None:
        caution = next(each for each in CAUTIONS if each == key)
        self._session.predictions.judge(caution)
