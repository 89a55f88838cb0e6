"""Taking photos for a class with the camera: a live picture, and a button that shoots while it is held."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from workbench.core.errors import ResourceError
from workbench.ui.parts.camera import Camera, OpensCamera, open_camera
from workbench.ui.parts.widgets import Button, Card, Elided, IconButton, PrimaryButton, column, label, row
from workbench.ui.session.add_control import AddControl
from workbench.ui.style import theme

_WIDTH = 320
_LEAST = 96
_EACH_MS = 200
"""Five shots a second: faster ones show the same."""


class CameraPanel(Card):
    """Stands beside the gallery while photos are taken; the camera is only on meanwhile.

    Args:
        adding: Where the shots go.

    Signals:
        closed: The person wants it gone.

    Attributes:
        opens: What opens the camera; tests put another one in its place.
    """

    closed = Signal()

    def __init__(self, adding: AddControl) -> None:
        super().__init__()
        self.opens: OpensCamera = open_camera
        self._adding = adding
        self._camera: Camera | None = None
        self._class_id: str | None = None
        self._shots = self._added = 0
        self._held = False
        self._name = ""
        self.title = Elided("", "strong")
        close = IconButton("ph.x", self.tr("Close the camera"), self.closed.emit)
        self.body.addLayout(row(self.title, close))
        self.picture = LivePicture()
        self.shoot = PrimaryButton(self.tr("Hold to shoot"))
        self.shoot.setToolTip(self.tr("Or hold the space bar"))
        self.shoot.pressed.connect(self._begin)
        self.shoot.released.connect(self._end)
        self.count = label("", "", wrap=True)
        tip = self.tr(
            "Several short bursts from different sides teach more than one long one. "
            "Photos of one burst look alike, so the model is never tested on those of a burst that it knows."
        )
        taking = QWidget()
        taking.setLayout(
            column(self.picture, self.shoot, self.count, label(tip, "muted", wrap=True), -1, space=12)
        )
        self.problem, self.remedy = label("", "section", wrap=True), label("", "muted", wrap=True)
        self.again = Button(self.tr("Look again"), self._look)
        missing = QWidget()
        missing.setLayout(column(self.problem, self.remedy, row(self.again, -1), -1, space=12))
        self._views = QStackedWidget()
        for view in (taking, missing):
            self._views.addWidget(view)
        self.body.addWidget(self._views)
        self.setFixedWidth(theme.px(_WIDTH))
        self._timer = QTimer(self, interval=_EACH_MS)
        self._timer.timeout.connect(self._take)
        adding.done.connect(self._done)
        self.hide()

    def show_class(self, class_id: str | None, name: str) -> None:
        """Says which class the shots go into; with None into no class.

        Args:
            name: The class's; "" for no class.
        """
        if class_id != self._class_id:
            self._end()
            self._added = 0
        self._class_id, self._name = class_id, name
        into = (
            self.tr("Camera · into “{name}”").format(name=name)
            if name
            else self.tr("Camera · without a class")
        )
        self.title.set_whole(into)
        self._say()

    def open(self) -> None:
        """Shows the panel and begins to look for the camera."""
        self._added = 0
        self.show()
        self._say()
        self._look()

    @property
    def sees(self) -> bool:
        """Whether the camera gives pictures."""
        return self.picture.image is not None

    @Slot()
    def _look(self) -> None:
        self._let_go()
        try:
            self._camera = self.opens(self)
        except ResourceError as error:
            self._cannot(error)
            return
        self._views.setCurrentIndex(0)
        self.shoot.setEnabled(False)  # until there is something to be seen
        self._camera.pictured.connect(self._pictured)
        self._camera.failed.connect(self._cannot)
        self._camera.start()

    @Slot(object)
    def _cannot(self, error: ResourceError) -> None:
        self._let_go()
        self.problem.setText(error.title)
        self.remedy.setText(error.hint)
        self._views.setCurrentIndex(1)
        self.again.setFocus()

    @Slot(QImage)
    def _pictured(self, image: QImage) -> None:
        first = not self.sees
        self.picture.show_image(image)
        if first:
            self.shoot.setEnabled(True)
            self.shoot.setFocus()  # so that the space bar shoots

    @Slot()
    def _begin(self) -> None:
        self._held, self._shots = True, 0
        self._adding.begin_burst(self._class_id)
        self._take()
        self._timer.start()

    @Slot()
    def _take(self) -> None:
        image = self.picture.taken()
        if image is not None and self._adding.shoot(image):
            self._shots += 1
            self._say()

    @Slot()
    def _end(self) -> None:
        if self._held:
            self._held = False
            self._timer.stop()
            self._adding.end_burst()
            self._say()

    @Slot(int, object)
    def _done(self, count: int, class_id: str | None) -> None:
        if self.isVisible() and class_id == self._class_id:
            self._added += count
            self._say()

    def _say(self) -> None:
        if self._held:
            text = self.tr("1 shot…") if self._shots == 1 else self.tr("{count:,} shots…")
            self.count.setText(text.format(count=self._shots))
        elif self._added:
            text = self.tr("1 photo added.") if self._added == 1 else self.tr("{count:,} photos added.")
            self.count.setText(text.format(count=self._added))
        else:
            self.count.setText(self.tr("Hold the button, or the space bar."))

    def _let_go(self) -> None:
        self._end()
        if self._camera is not None:
            self._camera.stop()
            self._camera.deleteLater()
            self._camera = None
        self.picture.show_image(None)

    def hideEvent(self, event: QHideEvent) -> None:
        """The camera is off while nobody sees its picture."""
        super().hideEvent(event)
        self._let_go()


class LivePicture(QWidget):
    """What the camera sees, whole and in proportion; a grey place while there is nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self._new = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(self.tr("What the camera sees"))
        self.setMinimumHeight(_LEAST)
        self.setMaximumHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        """Room for a picture."""
        width = theme.px(_WIDTH) - 2 * theme.M
        return QSize(width, width * 3 // 4)

    def show_image(self, image: QImage | None) -> None:
        """Shows another picture, or none."""
        self.image, self._new = image, image is not None
        self.update()

    def taken(self) -> QImage | None:
        """The picture, once: a camera that has stopped is not photographed again and again."""
        if not self._new:
            return None
        self._new = False
        return self.image

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the picture with round corners."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        room = QRectF(self.rect())
        if self.image is not None:
            size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
            room = QRectF(left, top, size.width(), size.height())
        shape = QPainterPath()
        shape.addRoundedRect(room, theme.CARD_RADIUS, theme.CARD_RADIUS)
        if self.image is None:
            painter.fillPath(shape, theme.colour("skeleton"))
            return
        painter.setClipPath(shape)
        painter.drawImage(room, self.image)
