"""The prediction for one photo: the class in large letters, how probable it is, and what else it might be."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.core.events import Prediction
from workbench.core.results.reject import WHY
from workbench.ui.parts.widgets import Bar, Elided, column, label, row, set_role
from workbench.ui.style import theme
from workbench.ui.words.probability import percent
from workbench.words import say

_OTHERS = 4
_UNSURE = 0.5


class PredictionView(QWidget):
    """Shows one prediction.

    Args:
        more: What belongs right below the class.
        below: What belongs below the other classes.
    """

    def __init__(self, more: QWidget, below: QWidget) -> None:
        super().__init__()
        self.lead = label("", "caption", wrap=True)
        self.name = Elided("", "answer")
        self.share = label("", "muted")
        self._bar = Bar(height=8)
        self.error = label("", "", wrap=True)
        self._others_head = label(self.tr("It could also be"), "caption")
        self.others = [_Other() for _ in range(_OTHERS)]
        self._file = Elided("", "caption")
        top = row(self.name, self.share)
        top.setStretch(0, 1)
        self._best = QWidget()
        self._best.setLayout(column(top, self._bar))
        layout = column(
            self.lead, self._best, self.error, more, theme.M, self._others_head, *self.others, theme.M, below,
            space=theme.S,
        )  # fmt: skip
        layout.addStretch(1)
        layout.addWidget(self._file)
        self.setLayout(layout)

    def show_prediction(self, prediction: Prediction) -> None:
        """Shows another prediction."""
        read = not prediction.error
        self._best.setVisible(read)
        self.error.setVisible(not read)
        self._file.set_whole(prediction.path)
        others = sorted(prediction.probabilities.items(), key=lambda item: -item[1])[1 : _OTHERS + 1]
        self._others_head.setVisible(bool(others))
        for position, line in enumerate(self.others):
            line.setVisible(position < len(others))
            if position < len(others):
                line.show_class(*others[position])
        if not read:
            self.lead.setText(self.tr("This could not be read"))
            self.error.setText(str(prediction.error))
            return
        best, sure = prediction.most_probable, prediction.probability >= _UNSURE
        if prediction.refusal:
            text = self.tr("None of these. {why} The nearest is")
            self.lead.setText(text.format(why=say(WHY[prediction.refusal])))
        else:
            self.lead.setText(self.tr("Most likely") if sure else self.tr("Not sure; the best guess is"))
        set_role(self.lead, "warn" if prediction.refusal or not sure else "caption")
        set_role(self.name, "strong" if prediction.refusal else "answer")
        self.name.set_whole(best)
        self.share.setText(percent(prediction.probability))
        self._bar.set_share(prediction.probability)
        self.setAccessibleName(f"{self.lead.text()}: {best}, {percent(prediction.probability)}")


class _Other(QWidget):
    """One of the less probable classes."""

    def __init__(self) -> None:
        super().__init__()
        self.name, self.share, self._bar = (
            Elided("", "muted"),
            label("", "muted"),
            Bar(colour="muted", height=4),
        )
        line = row(self.name, self.share)
        line.setStretch(0, 1)
        layout: QVBoxLayout = column(line, self._bar, space=theme.XS)
        self.setLayout(layout)

    def show_class(self, name: str, share: float) -> None:
        self.name.set_whole(name)
        self.share.setText(percent(share))
        self._bar.set_share(share)
