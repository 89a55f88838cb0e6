"""Why? for a photo that a run was tested on, among the photos behind its matrix."""

from __future__ import annotations

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.explain.explanation import Explanation, HeldOut
from workbench.core.project.run_photos import Answer
from workbench.core.project.runs import RunSummary
from workbench.ui.parts.why_view import WhyView
from workbench.ui.session.explaining import Wish
from workbench.ui.session.session import Session
from workbench.ui.words.explaining import explanation_words, finished_words, held_out_words


class AnswerWhy(WhyView):
    """The button, and below it the picture and what it means.

    Where the model follows edits, one is asked that has not learned from the photo, as none had when the run
    was tested. The rounds of other runs are not kept: there the finished model is asked, and that is said
    where it has learned from the photo by now.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._shown: tuple[RunSummary, Catalog, Sample, str] | None = None
        self._held_out = False
        self.picture.setMinimumHeight(self.picture.sizeHint().height() // 2)
        self.whole.insertWidget(1, self.picture)
        self.shows_why.connect(self.picture.setVisible)
        self.picture.hide()

    def show_answer(
        self, run: RunSummary, catalog: Catalog, sample: Sample, answer: Answer, *, follows: bool
    ) -> None:
        """Offers to explain another photo's answer, or the same one's after an edit.

        Args:
            follows: Whether the run's model is one that follows edits.
        """
        self._held_out = follows and not (run.fitted is not None and run.fitted.is_of_some)
        shown = (run, catalog, sample, catalog.name_of(answer.predicted) or answer.predicted)
        if self._shown is None or self._shown[2:] != shown[2:] or self._shown[0].folder != run.folder:
            self.forget()
        self._shown = shown
        there = any(each.id == sample.id for each in catalog.samples)
        self.setVisible(there and (self._held_out or run.model))

    def wish(self) -> Wish | None:
        """As the interface says."""
        if self._shown is None:
            return None
        return self._session.explaining.explain_answer(*self._shown, held_out=self._held_out)

    def back_words(self) -> str:
        """As the interface says: the photo itself is still to be seen."""
        return self.tr("Hide this")

    def sentence(self, found: Explanation | HeldOut) -> str:
        """As the interface says."""
        if isinstance(found, HeldOut):
            return f"{held_out_words(found.explanation)} {explanation_words(found.explanation)}"
        assert self._shown is not None
        how = self._shown[0].fairest
        lead = finished_words(found) if how is not None and how[0] == "cross_validated" else ""
        return f"{lead} {explanation_words(found)}".lstrip()
