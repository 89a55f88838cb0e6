"""What is seen in place of the map, or above it, while photos have no place on it yet."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from workbench.ui.parts.widgets import Bar, Button, column, label, row
from workbench.ui.session.map_control import MapControl
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.words.times import about_in_words

_WIDTH = 320
_VIEWS = 2
"""Of each photo: as it is and mirrored."""


class MapEmpty(QWidget):
    """Says what the map needs, with the button that gets it, or how far that has come."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.title, self.text = label("", "section", wrap=True), label("", "muted", wrap=True)
        self.bar = Bar()
        self.button = Button(self.tr("Look at the photos"), session.map.look)
        self.stop = Button(self.tr("Stop"), session.map.stop)
        middle = QWidget()
        middle.setMaximumWidth(theme.px(_WIDTH))
        middle.setLayout(column(self.title, self.text, self.bar, row(self.button, self.stop, -1), space=12))
        self.setLayout(column(-1, middle, -1, -1))

    def show_state(self, state: State, control: MapControl) -> None:
        """Draws the newest state."""
        error, progress, placed = control.error, control.progress, state.health.placed
        looking = control.is_looking
        self.bar.setVisible(looking)
        self.stop.setVisible(looking)
        self.button.setVisible(False)
        self.button.setText(self.tr("Look at the photos"))
        if error is not None:
            self.title.setText(error.title)
            self.text.setText(error.hint)
            self.button.setText(self.tr("Try again"))
            self.button.setVisible(True)
        elif state.work.working:
            self.title.setText(self.tr("The map comes when the work under way is done."))
            self.text.setText(self.tr("A model that is being made looks at the photos, too."))
            self.bar.hide()
        elif looking:
            self.title.setText(self.tr("Looking at the photos…"))
            done, total = (progress.done, progress.total) if progress is not None else (0, 0)
            self.bar.set_share(done / total if total else 0.0)
            count = self.tr("{done:,} of {total:,}").format(done=done, total=total) if total else ""
            self.text.setText(count)
        elif placed is None:
            self.title.setText(self.tr("Laying out the photos…"))
            self.text.setText("")
        elif placed.unknown:
            self.title.setText(self.tr("The photos have not been looked at yet."))
            sentence = self.tr(
                "The map puts photos that look alike near one another. For that, a network looks at each of "
                "them once."
            )
            if (rate := state.work.rates.features) > 0:
                took = about_in_words(_VIEWS * placed.unknown / rate)
                sentence += " " + self.tr("That takes {time}.").format(time=took)
            self.text.setText(sentence)
            self.button.setVisible(True)
        else:
            self.title.setText(self.tr("There are too few photos for a map."))
            self.text.setText(self.tr("Three photos or more can be laid out."))


class MapMissing(QWidget):
    """The line above the map that says how many photos are not on it yet."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.text = label("", "muted", wrap=True)
        self.button = Button(self.tr("Look at them"), session.map.look)
        self.stop = Button(self.tr("Stop"), session.map.stop)
        line = row(self.text, self.button, self.stop)
        line.setStretch(0, 1)
        self.setLayout(line)

    def show_state(self, state: State, control: MapControl) -> None:
        """Draws the newest state."""
        placed, progress = state.health.placed, control.progress
        unknown = placed.unknown if placed is not None else 0
        lost = placed.lost if placed is not None else 0
        self.setVisible(bool(unknown or lost or control.error))
        self.button.setVisible(bool(unknown) and not control.is_looking)
        self.button.setEnabled(not state.work.working)
        self.stop.setVisible(control.is_looking)
        if control.error is not None:
            self.text.setText(f"{control.error.title} {control.error.hint}")
        elif control.is_looking and progress is not None:
            words = self.tr("Looking at the photos: {done:,} of {total:,}")
            self.text.setText(words.format(done=progress.done, total=progress.total))
        elif unknown == 1:
            self.text.setText(self.tr("1 photo is not on the map yet."))
        elif unknown:
            self.text.setText(self.tr("{count:,} photos are not on the map yet.").format(count=unknown))
        else:
            words = self.tr("Photos that cannot be read and are not on the map: {count:,}.")
            self.text.setText(words.format(count=lost))
