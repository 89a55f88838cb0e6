"""The camera of this computer, as far as the program needs it: pictures, one after the other.

QtMultimedia is only loaded here, and only once somebody wants a camera: it brings FFmpeg along, takes a
while, and a system without its libraries, or the light edition, does without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QLoggingCategory, QObject, Signal, Slot
from PySide6.QtGui import QImage

from workbench.core.errors import ResourceError

_EVERY_MS = 60
"""A picture so often is enough to see oneself, and to shoot five times a second."""


class Camera(QObject):
    """What gives pictures from `start` to `stop`. Tests put another one in its place.

    Signals:
        pictured: A `QImage`.
        failed: A `ResourceError` that says why there are no more pictures.
    """

    pictured = Signal(QImage)
    failed = Signal(object)

    def start(self) -> None:
        """Begins to give pictures."""
        raise NotImplementedError

    def stop(self) -> None:
        """Lets go of the camera."""
        raise NotImplementedError


OpensCamera = Callable[[QObject], Camera]


def open_camera(parent: QObject) -> Camera:
    """The camera that the system takes for the usual one; not started yet.

    Raises:
        ResourceError: There is none, or QtMultimedia cannot be loaded.
    """
    QLoggingCategory.setFilterRules("qt.multimedia.*=false")  # it tells of each library that it does without
    try:
        from PySide6 import QtMultimedia  # see above
    except ImportError as error:
        raise ResourceError.said(
            _tr("This copy of the program can't use cameras."),
            _tr("Take the photos with another program and drop them onto their class."),
            str(error),
        ) from error
    device = QtMultimedia.QMediaDevices.defaultVideoInput()
    if device.isNull():
        raise ResourceError.said(
            _tr("No camera was found."),
            _tr("Connect one, or switch on the one that is built in, and look again."),
        )
    return _SystemCamera(QtMultimedia, device, parent)


class _SystemCamera(Camera):
    """A camera of QtMultimedia.

    Args:
        multimedia: The module.
        device: A `QCameraDevice`.
    """

    def __init__(self, multimedia: Any, device: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._since = QElapsedTimer()
        self._camera = multimedia.QCamera(device, self)
        self._sink = multimedia.QVideoSink(self)
        self._session = multimedia.QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._came)
        self._camera.errorOccurred.connect(self._broke)

    def start(self) -> None:
        """Asks for permission where the system wants that (macOS), and begins."""
        from PySide6.QtCore import QCameraPermission, Qt  # not in every Qt that is new enough for the rest

        app = QCoreApplication.instance()
        assert app is not None
        status = app.checkPermission(QCameraPermission())
        if status == Qt.PermissionStatus.Undetermined:
            app.requestPermission(QCameraPermission(), self, self._allowed)
        elif status == Qt.PermissionStatus.Denied:
            self._refuse()
        else:
            self._camera.start()

    def stop(self) -> None:
        """Lets go of the camera."""
        self._camera.stop()

    @Slot()
    def _allowed(self) -> None:
        self.start()

    def _refuse(self) -> None:
        self.failed.emit(
            ResourceError.said(
                _tr("The system does not let the program use the camera."),
                _tr("Allow it in the system's settings, under privacy, and look again."),
            )
        )

    @Slot(object)
    def _came(self, frame: Any) -> None:
        if self._since.isValid() and self._since.elapsed() < _EVERY_MS:
            return
        image = frame.toImage()
        if not image.isNull():
            self._since.restart()
            self.pictured.emit(image)

    @Slot()
    def _broke(self, *_: object) -> None:
        self.failed.emit(
            ResourceError.said(
                _tr("The camera gives no pictures."),
                _tr("Close other programs that may be using it, and look again."),
                self._camera.errorString(),
            )
        )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Camera", text)
