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
    """

    def __init__(self, more: QWidget) -> None:
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
            self.lead, self._best, self.error, more, theme.M, self._others_head, *self.others, space=theme.S
        )
        layout.addStretch(1)
        layout.addWidget(self._file)
        self.setLayout(layout)

    def show_prediction(self, prediction: Prediction) -> None:
        """Shows another prediction."""
        read = not prediction.error
        self._best.setVisible(read)
        self.error.setVisible(not read)
        self._file.set_whole(prediction.path)
        ranked = sorted(prediction.probabilities.items(), key=lambda item: -item[1])
        others = ranked[:_OTHERS] if prediction.refusal else ranked[1 : _OTHERS + 1]
        self._others_head.setVisible(bool(others))
        for position, line in enumerate(self.others):
            line.setVisible(position < len(others))
            if position < len(others):
                line.show_class(*others[position])
        if not read:
            self.lead.setText(self.tr("This could not be read"))
            self.error.setText(str(prediction.error))
            return
        self._bar.setVisible(not prediction.refusal)
        self.share.setVisible(not prediction.refusal)
        if prediction.refusal:
            self._show_refusal(prediction)
            return
        sure = prediction.probability >= _UNSURE
        self._others_head.setText(self.tr("It could also be"))
        self.lead.setText(self.tr("Most likely") if sure else self.tr("Not sure; the best guess is"))
        set_role(self.lead, "caption" if sure else "warn")
        self.name.set_whole(prediction.class_name)
        self.share.setText(percent(prediction.probability))
        self._bar.set_share(prediction.probability)
        self.setAccessibleName(
            f"{self.lead.text()}: {prediction.class_name}, {percent(prediction.probability)}"
        )

    def _show_refusal(self, prediction: Prediction) -> None:
        """Says that it is none of the classes, why, and which are the nearest."""
        self.lead.setText(say(WHY[prediction.refusal]))
        set_role(self.lead, "warn")
        self.name.set_whole(self.tr("None of these"))
        self._others_head.setText(self.tr("The nearest are"))
        nearest = self.tr("The nearest is {name}.").format(name=prediction.nearest)
        self.setAccessibleName(f"{self.name.whole()}. {self.lead.text()} {nearest}")


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
