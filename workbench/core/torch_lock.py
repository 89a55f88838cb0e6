"""Torch is imported where it is first needed, by one thread at a time."""

from __future__ import annotations

import threading

torch_loading = threading.RLock()
"""Held while torch is imported: two threads that load it at once can see half of it."""
