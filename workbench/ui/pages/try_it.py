"""The Try it page: drop a photo anywhere, read the prediction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QThread, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QFrame, QStackedWidget, QWidget

from workbench.core.data.left_out import gathered
from workbench.core.data.listing import PhotoFiles, photos_in
from workbench.core.errors import ErrorReport
from workbench.core.events import Prediction
from workbench.core.jobs import run
from workbench.ui.pages.drop_page import DropPage
from workbench.ui.parts.add_to_class import AddToClass
from workbench.ui.parts.caution_view import CautionView
from workbench.ui.parts.desktop import begin_at, choose_model, photo_filters
from workbench.ui.parts.drop import keep_image
from workbench.ui.parts.film_strip import FilmStrip
from workbench.ui.parts.mime import image_in, local_paths
from workbench.ui.parts.model_bar import ModelBar
from workbench.ui.parts.picture_view import PictureView
from workbench.ui.parts.prediction_view import PredictionView
from workbench.ui.parts.why_view import WhyView
from workbench.ui.parts.widgets import Button, Card, PrimaryButton, centre, column, label, row, scrolled
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.prediction_control import MOST_PREDICTIONS, has_unseen
from workbench.ui.session.session import Session
from workbench.ui.session.state import Edits, Folders, Opened, Predictions, Runs, State, Work
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.words import say

_CARD_WIDTH = 340


class TryItPage(DropPage):
    """The photo at the left, its prediction at the right, earlier ones below."""

    name = "try_it"
    shows = (Folders, Runs, Opened, Predictions, Work, Edits)

    def __init__(self, session: Session) -> None:
        super().__init__(session, self.tr("Try it"))
        self._newest: Prediction | None = None
        self._shown: Prediction | None = None
        self.target = _Target(session.predictions.predict_unseen)
        self.picture, self.why, self.history = PictureView(session), WhyView(session), FilmStrip(session)
        self.caution = CautionView(session)
        self.add_to_class = AddToClass(session)
        below = QWidget()
        below.setLayout(column(self.why, self.add_to_class, space=theme.S))
        self.prediction = PredictionView(below)
        self.history.chosen.connect(self._show)
        self._pictures = QStackedWidget()
        self._pictures.addWidget(self.picture)
        self._pictures.addWidget(self.why.picture)
        self.why.shows_why.connect(self._pictures.setCurrentIndex)
        card = Card(scrolled(self.prediction), margin=theme.L)
        card.setMinimumWidth(theme.px(_CARD_WIDTH) * 2 // 3)
        card.setMaximumWidth(theme.px(_CARD_WIDTH))
        top = row(self._pictures, card, space=theme.L)
        top.setStretch(0, 3)
        top.setStretch(1, 2)
        self._with_prediction = QWidget()
        whole = column(top, self.history, space=theme.M)
        whole.setStretch(0, 1)
        self._with_prediction.setLayout(whole)
        self._views = QStackedWidget()
        self._views.addWidget(self.target)
        self._views.addWidget(self._with_prediction)
        self.model = ModelBar(session)
        self.body.addWidget(self.model)
        self.body.addWidget(self.caution)
        self.caution.hide()
        self.body.addWidget(self._views)
        self.open_button = Button(self.tr("Open a model…"), self._choose_model)
        self._choose = PrimaryButton(self.tr("Choose photos…"), self.choose_photos, icon_name="ph.image")
        self.add_action(self.open_button, self._choose)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.activated.connect(self.paste)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that Ctrl+V arrives before anything was chosen

    def show_state(self, state: State) -> None:
        """Draws the newest state."""
        usable = "predict" in enabled_actions(state)
        self._choose.setVisible(usable)
        self.model.show_state(state)
        if not usable:
            self._say_what_is_missing(state)
            return
        self.ready()
        made = state.predictions.made
        self.target.unseen.setVisible(has_unseen(state))
        self.add_to_class.show_state(state)
        self.subtitle.setText(self.tr("Drop photos anywhere on this page, or paste one."))
        if len(made) == MOST_PREDICTIONS:
            text = self.tr("Only {count:,} photos are shown here; “workbench predict” takes any number.")
            self.subtitle.setText(text.format(count=MOST_PREDICTIONS))
        if not made:
            self._newest = self._shown = None
            self.caution.hide()
            self._views.setCurrentWidget(self.target)
            return
        self._views.setCurrentWidget(self._with_prediction)
        self.caution.show_predictions(state.predictions)
        again = self._judged_anew(made)
        if again is not None:
            self._shown = again
            self.prediction.show_prediction(again)
            self._newest = made[0]
        elif made[0] is not self._newest:
            self._newest = made[0]
            self._show(self._newest)
        self.history.show_predictions(made, self._shown)

    def _judged_anew(self, made: tuple[Prediction, ...]) -> Prediction | None:
        """What became of the prediction that is shown, where only the person's caution has changed."""
        shown, newest = self._shown, self._newest
        if shown is None or newest is None or any(each is shown for each in made):
            return None
        if made[0].probabilities is not newest.probabilities:
            return None
        same = (each for each in made if each.probabilities is shown.probabilities)
        return next(same, None)

    def _say_what_is_missing(self, state: State) -> None:
        self.subtitle.setText(self.tr("Ask a model what is on a photo."))
        title = self.tr("There is no model yet")
        if state.folders.catalog is None:
            text = self.tr(
                "Begin with a folder of photos, or open a model that somebody gave you. "
                "Then come back here and ask about new photos."
            )
            self.need(title, text, self.tr("Go to images"), self._go_to_images)
        else:
            text = self.tr("Train a model on your photos first, then ask about new ones here.")
            self.need(title, text, self.tr("Go to training"), self._go_to_training)

    @Slot(object)
    def _show(self, prediction: Prediction) -> None:
        self._shown = prediction
        self.picture.show_picture(None if prediction.error else PhotoKey(prediction.path, prediction.stamp))
        self.prediction.show_prediction(prediction)
        self.why.show_prediction(prediction)
        self.add_to_class.show_prediction(prediction)

    def _go_to_images(self) -> None:
        self.wants_page.emit("images")

    def _go_to_training(self) -> None:
        self.wants_page.emit("train")

    # Asking

    @Slot()
    def choose_photos(self) -> None:
        """Lets the person choose photos."""
        dialog = QFileDialog(self, self.tr("Choose photos"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(photo_filters())
        begin_at(dialog, self.session.preferences, "photos")
        dialog.filesSelected.connect(self._chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(list)
    def _chosen(self, files: list[str]) -> None:
        self.session.predictions.predict([Path(file) for file in files])

    @Slot()
    def paste(self) -> None:
        """Asks about what is on the clipboard."""
        self.take(QGuiApplication.clipboard().mimeData())

    @Slot()
    def _choose_model(self) -> None:
        choose_model(self, self.session)

    def take(self, mime: QMimeData) -> None:
        """Asks about dropped or pasted files, folders, or the picture itself."""
        if "predict" not in enabled_actions(self.session.state):
            self._say(
                self.tr("There is no model to ask yet."),
                self.tr("Train a model on your photos first, or open one that somebody gave you."),
            )
        elif paths := local_paths(mime):
            self.session.work.run_in_thread(_Walk(paths), self._walked)
        elif (image := image_in(mime)) is not None:
            self.session.predictions.predict([keep_image(image)])
        else:
            self._say(
                self.tr("There is no picture in what you dropped or pasted."),
                self.tr("Drop a photo file, or copy the picture itself and paste it here."),
            )

    @Slot(object)
    def _walked(self, given: PhotoFiles) -> None:
        if given.files:
            self.session.predictions.predict(given.files)
        left_out = [say(each.message) for each in gathered(given.left_out)]
        if left_out:
            title = self.tr("{count:,} files in that folder were left out.")
            self._say(title.format(count=len(given.left_out)), " ".join(left_out))
        elif not given.files:
            self._say(
                self.tr("There are no photos in that folder."),
                self.tr("Drop a folder that has photos in it."),
            )

    def _say(self, title: str, hint: str) -> None:
        self.session.work.report(ErrorReport.said(title, hint, "", is_input=True))


@dataclass(frozen=True)
class _Walk:
    """Finds the photos in what was dropped."""

    paths: list[Path]

    def __call__(self) -> PhotoFiles:
        return run(photos_in(self.paths, QThread.currentThread().isInterruptionRequested))


class _Target(QFrame):
    """The empty page: says what belongs here.

    Args:
        take_unseen: Asks about a photo that is at hand.
    """

    def __init__(self, take_unseen: Callable[[], object]) -> None:
        super().__init__()
        self.unseen = Button(self.tr("Take one that it has not seen"), take_unseen)
        self.setProperty("role", "drop")
        self._sign = label()
        title = label(self.tr("Drop a photo here"), "title")
        text = label(self.tr("From a folder or a browser; or copy a picture and press Ctrl+V."), "muted")
        layout = column(-1, self._sign, title, text, row(-1, self.unseen, -1), -1, space=theme.S)
        centre(layout)
        self.setLayout(layout)
        self._sign.setPixmap(icon("ph.image", "muted").pixmap(48, 48))
