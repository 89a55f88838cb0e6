"""The learning rate over a run, drawn from its settings before it is trained."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.core.config.schedule import learning_rates
from workbench.core.config.training_config import TrainingConfig
from workbench.ui.style import theme

_HEIGHT = 112


class ScheduleView(QWidget):
    """A small curve: the rate over the epochs, with a line where the whole network begins to learn."""

    def __init__(self) -> None:
        super().__init__()
        self._config: TrainingConfig | None = None
        self._rates: list[tuple[float, float]] = []
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("The learning rate over the run"))

    def show_config(self, config: TrainingConfig) -> None:
        """Draws the schedule of a configuration."""
        self._config, self._rates = config, learning_rates(config)
        self.setToolTip(
            self.tr("The rate falls when learning is stuck, which cannot be drawn beforehand.")
            if config.schedule == "plateau"
            else ""
        )
        highest, last = max(rate for _, rate in self._rates), self._rates[-1][1]
        self.setAccessibleDescription(
            self.tr("At most {highest}, at the end {last}").format(
                highest=f"{highest:.2g}", last=f"{last:.2g}"
            )
        )
        self.update()

    def points(self) -> list[QPointF]:
        """Where the curve runs, in pixels of this widget."""
        if self._config is None:
            return []
        room, most = self._room(), max(rate for _, rate in self._rates)
        return [
            QPointF(
                room.left() + room.width() * epoch / self._config.epochs,
                room.bottom() - room.height() * rate / most,
            )
            for epoch, rate in self._rates
        ]

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.CAPTION)
        return font

    def _room(self) -> QRectF:
        line = QFontMetricsF(self._font()).height()
        return QRectF(self.rect()).adjusted(1, line + theme.XS, -1, -line - theme.XS)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints it."""
        if self._config is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        config, room = self._config, self._room()
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        head = min(config.head_epochs, config.epochs) if config.method.pretrained else 0
        split = room.left() + room.width() * head / config.epochs
        if 0 < head < config.epochs:
            painter.drawLine(QPointF(split, room.top()), QPointF(split, room.bottom()))
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawPolyline(QPolygonF(self.points()))
        painter.setPen(theme.colour("muted"))
        above = QRectF(self.rect()).adjusted(0, 0, 0, -(self.height() - room.top()))
        below = QRectF(0, room.bottom(), self.width(), self.height() - room.bottom())
        most = f"{max(rate for _, rate in self._rates):.2g}"
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft, self.tr("rate {rate}").format(rate=most))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, "0")
        epochs = self.tr("{count} epochs").format(count=config.epochs)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, epochs)
        if 0 < head < config.epochs:
            beside = above.adjusted(split + theme.XS, 0, 0, 0)
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight, self.tr("the whole network"))
