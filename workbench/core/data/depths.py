"""One rule of brightness for a folder, once all of its photos were seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, suppress

from workbench.core.data.photo_cache import PhotoCache
from workbench.core.errors import ImageError
from workbench.core.events import Progress
from workbench.core.images.brightness import Depth, rule_of
from workbench.core.images.brightness_rule import Brightness
from workbench.core.jobs import StopRequested, Throttle
from workbench.core.messages import Message
from workbench.core.threads import in_threads


def one_brightness(
    cache: PhotoCache,
    depths: Mapping[str, Depth],
    stop: StopRequested,
    threads: int | None,
    due: Throttle,
) -> Generator[Progress, None, Brightness]:
    """Finds the rule, and has the cache hold the photos by it; yields progress (phase `scan`, in files).

    Args:
        depths: Of the folder's photos of more than 8 bits, by their paths.
    """
    rule = rule_of(depths.values())
    others = [path for path, depth in depths.items() if not depth.holds_for(rule)]

    def again(path: str) -> None:
        with suppress(ImageError):  # it is gone since; whoever wants it will hear
            cache.photo(path, rule)

    with closing(in_threads(again, others, stop=stop, threads=threads)) as results:
        for done, _ in enumerate(results, start=1):
            if due() or done == len(others):
                yield Progress("scan", done, len(others), Message("one_brightness"))
    return rule


def brightness_notes(rule: Brightness, depths: Mapping[str, Depth]) -> Iterator[Message]:
    """What became black and what white, for each kind of samples."""
    counts = Counter(depth.kind for depth in depths.values())
    for kind, black, white in rule:
        yield Message("brightness", {"count": counts[kind], "black": black, "white": white})
