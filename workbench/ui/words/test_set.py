"""What is said of a test set: how many photos it has, as asked and as got."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from workbench.core.data.catalog import Catalog


def test_set_sentence(catalog: Catalog) -> str:
    """How large the test set of a folder is; "" where there is none."""
    photos, share = catalog.test_share
    if not photos and not catalog.test_asked:
        return ""
    if catalog.test_asked:
        words = _tr("test set: {photos:,} photos, {share:.1%} ({asked:.1%} were asked for)")
    else:
        words = _tr("the folder's own test set: {photos:,} photos, {share:.1%}")
    return words.format(photos=photos, share=share, asked=catalog.test_asked)


def _tr(text: str) -> str:
    return QCoreApplication.translate("test_set", text)
