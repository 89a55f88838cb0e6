"""The Train page: choose, start, watch it learn, stop when it is good enough."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent

from workbench.core.config.presets import CUSTOM
from workbench.core.config.training_config import TrainingConfig
from workbench.ui.pages.page import Page
from workbench.ui.pages.train_choices import Choices
from workbench.ui.pages.train_live import TrainingView
from workbench.ui.pages.train_preview import PreviewPane
from workbench.ui.parts.widgets import Button, PrimaryButton, column, row, scrolled
from workbench.ui.session.actions import enabled_actions, is_done
from workbench.ui.session.session import Session
from workbench.ui.session.state import Folders, Preferences, Runs, State, Work
from workbench.ui.style import theme
from workbench.ui.words.models import stop_words

_CHOICES_SHARE, _ADVANCED_SHARE, _LIVE_SHARE = 5, 13, 8
_CHOICES_LEAST, _CHOICES_MOST, _ADVANCED_MOST = 272, 432, 760
_PREVIEW_SHARE = 0.42


class TrainPage(Page):
    """How to learn on the left, how it goes on the right."""

    shows = (Folders, Runs, Preferences, Work)

    def __init__(self, session: Session) -> None:
        super().__init__(session, self.tr("Train"))
        self._previewed: tuple[object, ...] = ()
        self.choices = Choices(session)
        self.live = TrainingView(session)
        self.start = PrimaryButton(self.tr("Train"), session.runs.train, icon_name="ph.play")
        self.stop = PrimaryButton("", session.runs.stop, icon_name="ph.stop")
        self.continue_button = Button(self.tr("Continue this run"), session.runs.resume)
        self.again = Button(self.tr("Train again"), session.runs.train)
        self.results = PrimaryButton(self.tr("See the results"), self._go_to_results)
        self.add_action(self.continue_button, self.again, self.stop, self.start, self.results)
        self.preview = PreviewPane()
        self._left = scrolled(self.choices)
        self._left.setMinimumWidth(_CHOICES_LEAST)
        right = column(self.preview, self.live, space=theme.M)
        right.setStretch(1, 1)
        self._columns = row(self._left, right, space=theme.M)
        self.body.addLayout(self._columns)
        session.previews.arrived.connect(self.choices.augmentation.strip.show_images)
        session.previews.arrived.connect(self.preview.show_images)
        self.choices.expand.toggled.connect(self._make_room)
        self._make_room(self.choices.expand.isChecked())
        self.choices.expand.toggled.connect(self.live.show_machine)
        self.live.show_machine(self.choices.expand.isChecked())

    @Slot(bool)
    def _make_room(self, advanced: bool) -> None:
        """Gives *Advanced* room for two columns, and the preview a place that does not scroll away."""
        choices, live = (_ADVANCED_SHARE if advanced else _CHOICES_SHARE), _LIVE_SHARE
        self._left.setMaximumWidth(theme.px(_ADVANCED_MOST if advanced else _CHOICES_MOST))
        self._columns.setStretch(0, choices)
        self._columns.setStretch(1, live)
        self._place_preview(self.session.state)

    def _place_preview(self, state: State) -> None:
        beside = (
            self.choices.expand.isChecked()
            and bool(state.preferences.config.method.augments)
            and "train" not in state.work.working
        )
        self.preview.setVisible(beside)
        self.choices.augmentation.strip.setVisible(not beside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leaves the run enough room below the preview."""
        super().resizeEvent(event)
        self.preview.set_most(round(self.height() * _PREVIEW_SHARE))

    def show_state(self, state: State) -> None:
        """Draws the newest state."""
        actions = enabled_actions(state)
        training, done = "train" in state.work.working, is_done(state)
        self.start.setVisible(not training and not done)
        self.start.setEnabled("train" in actions)
        self.again.setVisible(done)
        self.again.setEnabled("train" in actions)
        self.results.setVisible(done)
        self.stop.setVisible(training)
        self.stop.setEnabled("stop_training" in actions)
        stop = stop_words(state.runs.under_way)
        self.stop.setText(self.tr("Stopping…") if "train" in state.work.stopping else stop)
        self.continue_button.setVisible("continue_training" in actions)
        catalog = state.folders.catalog
        if catalog is None:
            self._need_photos(state)
        elif len(catalog.classes) < 2:
            self.need(
                self.tr("One more class is needed"),
                self.tr(
                    "A model learns to tell classes apart, so it needs at least two. "
                    "Put the photos of each class into their own folder, and choose the folder around them."
                ),
                self.tr("Look at the photos"),
                self._go_to_images,
            )
        else:
            self.ready()
            self.choices.show_state(state)
            self.live.show_state(state)
            self._place_preview(state)
            self._preview(state)
        self.subtitle.setText(_subtitle(self, state))

    def _need_photos(self, state: State) -> None:
        if not self.need_patience(state, self._go_to_images):
            self.need(
                self.tr("First, some photos"),
                self.tr(
                    "Choose a folder in which every class has a folder of its own, or try the sample photos."
                ),
                self.tr("Choose photos"),
                self._go_to_images,
            )

    def _preview(self, state: State) -> None:
        """Asks for pictures of the photos as training will see them, where that has changed."""
        catalog, config = state.folders.catalog, state.preferences.config
        if catalog is None or not self.isVisible() or not config.method.augments:
            return
        wanted = (catalog.folder, _what_shows(config))
        if wanted != self._previewed:
            if self._previewed[:1] != wanted[:1]:
                self.choices.augmentation.strip.show_images([])
                self.preview.show_images([])
            self._previewed = wanted
            self.session.previews.request(catalog, config)

    @Slot()
    def _go_to_results(self) -> None:
        self.wants_page.emit("results")

    @Slot()
    def _go_to_images(self) -> None:
        self.wants_page.emit("images")


def _what_shows(config: TrainingConfig) -> tuple[object, ...]:
    """The settings that change how a photo looks in training."""
    own = tuple(sorted(config.augmentations.items())) if config.augmentation == CUSTOM else ()
    return config.augmentation, own, config.channels


def _subtitle(page: TrainPage, state: State) -> str:
    catalog = state.folders.catalog
    if catalog is None:
        return page.tr("The model learns here from your photos.")
    text = page.tr("{photos} photos in {classes} classes")
    return text.format(photos=f"{len(catalog.samples):,}", classes=f"{len(catalog.classes):,}")
