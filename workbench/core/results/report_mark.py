"""The last line of a report: it tells that this program wrote the file, and that nobody changed it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

_NAME = b"image classification workbench: report"
_LONGEST = 200
_READ = 1 << 20


def marked(content: bytes, suffix: str) -> bytes:
    """The content of a report with its last line.

    Args:
        content: A whole web page or PDF.
        suffix: Which of the two it is: how its name ends, with the dot.
    """
    line = b"%s %s" % (_NAME, hashlib.sha256(content).hexdigest().encode())
    return content + (b"%%%s\n" % line if suffix == ".pdf" else b"<!-- %s -->\n" % line)


def is_report(path: Path) -> bool:
    """Whether a file is a report as this program wrote it; one that somebody has added to is theirs.

    Raises:
        OSError: It cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _LONGEST))
        end = file.read(_LONGEST)
        found = re.search(rb"(?:%|<!-- )" + re.escape(_NAME) + rb" ([0-9a-f]{64})(?: -->)?\n\Z", end)
        if found is None:
            return False
        left = size - (len(end) - found.start())
        file.seek(0)
        digest = hashlib.sha256()
        while left and (part := file.read(min(_READ, left))):
            digest.update(part)
            left -= len(part)
    return digest.hexdigest().encode() == found[1]
