"""What is said of the sets that photos are divided into: how many each has, as asked and as got."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from workbench.core.config.methods import method_of
from workbench.core.data.catalog import Catalog
from workbench.core.project.runs import RunSummary
from workbench.words.fill import in_percent


def test_set_sentence(catalog: Catalog) -> str:
    """How large the test set of a folder is; "" where there is none."""
    photos, share = catalog.test_share
    if not photos and not catalog.test_asked:
        return ""
    if catalog.test_asked:
        words = _tr("test set: {photos:,} photos, {share} ({asked} were asked for)")
    else:
        words = _tr("the folder's own test set: {photos:,} photos, {share}")
    return words.format(photos=photos, share=in_percent(share), asked=in_percent(catalog.test_asked))


def sets_sentence(run: RunSummary, *, own: bool) -> str:
    """How a run has divided the photos; "" where it has kept none of them apart.

    Args:
        own: Whether the folder has a validation set of its own, so that none was drawn.
    """
    started = run.started
    if started is None or not (started.validation_samples or started.test_samples):
        return ""
    learned, checked = started.training_samples, started.validation_samples
    parts = [_tr("{photos:,} photos to learn from").format(photos=learned)]
    if checked:
        words = _tr("{photos:,} to check with, {share} of these")
        asked = run.config.get("validation_fraction")
        if not own and asked is not None and not method_of(run.config).cross_validates:
            words = _tr("{photos:,} to check with, {share} of these ({asked} were asked for)")
        share = in_percent(checked / (learned + checked))
        parts.append(words.format(photos=checked, share=share, asked=in_percent(asked or 0.0)))
    if started.test_samples:
        parts.append(_tr("{photos:,} in the test set").format(photos=started.test_samples))
    return _tr("Divided: {sets}.").format(sets="; ".join(parts))


def _tr(text: str) -> str:
    return QCoreApplication.translate("test_set", text)
