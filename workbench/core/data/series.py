"""Photos that were taken in one go: bursts, and frames of one video.

They show the same thing at nearly the same moment. Where some are learned from and others are checked with,
the check says what the model remembers, not what it knows. So they stay together (decision 22).

A *burst*: photos of one class and one folder below it, whose names differ in their last number alone, with
numbers at most three apart from one photo to the next, taken at most two seconds apart (`images.taken`; one
second where they have no class yet: whoever photographs one thing after the other needs more). Names alone
never make a burst.

*Frames of one video*: photos of one class and one folder below it with the same name before a number that
the word “frame” or the name of a video file stands before (`clip01_frame0001`, `clip.mp4_17`). A folder or
class that is named for frames (of bicycles, say) has none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.data.groups import pictures_of, with_groups

_NUMBERED = re.compile(r"(.*?)(\d{1,18})$", re.DOTALL)
_FRAME = re.compile(
    r"(?P<video>(?:.*[^a-z])?)(?:frames?|frm)[ _.#()-]*\d+$"
    r"|(?P<file>.*[._](?:mp4|m4v|mov|avi|mkv|webm|mpe?g|wmv|mts|3gp))"
    r"[ _.#()-]*(?:(?:frame|frm|f)[ _.-]*)?\d+$",
    re.IGNORECASE | re.DOTALL,
)
_SAVED_BY_A_TOOL = re.compile(r"(?:_(?:jpe?g|png|bmp|webp))?\.rf\.[0-9A-Za-z_-]{16,}$")
_ABOUT_FRAMES = re.compile(r"(?:^|[^a-z])frames?(?:$|[^a-z])", re.IGNORECASE)
_SECONDS, _SECONDS_UNCLASSED = 2.0, 1.0
_NUMBERS = 3
_MOST_A_SECOND = 30
"""More photos of one second were not taken then: a program wrote the same time into all."""

_Where = tuple[str, str | None, tuple[str, ...]]


def with_series(
    samples: Sequence[Sample], taken: Mapping[str, float], folders: Collection[str]
) -> tuple[Sample, ...]:
    """The samples with `Sample.group`, joined with those that they have already.

    Args:
        taken: Seconds by the path of a sample, as `taken_at` has them, where they are known.
        folders: Names of the folders that are classes.
    """
    names: dict[str, str] = {}
    places: dict[_Where, list[Sample]] = defaultdict(list)
    for sample in samples:
        places[sample.root, sample.class_id, below_class(sample.path, folders)].append(sample)
    for (root, class_id, below), members in places.items():
        about = "/".join((root, class_id or "", *below))
        for kind, name, together in (*_videos(members, about), *_bursts(members, taken)):
            names |= dict.fromkeys((each.id for each in together), f"{kind} {about}/{name}")
    return with_groups(samples, [names.get(sample.id, "") for sample in samples])


def with_subfolders(catalog: Catalog) -> Catalog:
    """The same with the photos of each folder below a class as one group, joined with those that they have.

    Of several levels the first below the class counts.
    """
    folders = {each.id for each in catalog.classes}
    if catalog.reading is not None:
        folders |= catalog.reading.classes.keys()
    names = []
    for sample in catalog.samples:
        below = below_class(sample.path, folders)
        # In two sets, or two classes, a folder's name says nothing: plants are numbered anew.
        above = sample.path.split("/")[: -1 - len(below)]
        names.append(f"folder {'/'.join((sample.root, *above, below[0]))}" if below else "")
    return replace(catalog, samples=with_groups(catalog.samples, names))


def why_together(samples: Sequence[Sample]) -> tuple[str, ...]:
    """What the samples of one group have in common.

    Returns:
        `copies` of a picture, and the kind of their group: `burst`, `video`, `folder`, or `group` where
        somebody has named it; several where one joins the other.
    """
    found = {"copies"} if len(set(pictures_of(samples))) < len(samples) else set()
    for sample in samples:
        kind = sample.group.partition(" ")[0]
        if sample.group:
            found.add(kind if kind in ("burst", "video", "folder") else "group")
    return tuple(sorted(found))


def below_class(path: str, folders: Collection[str]) -> tuple[str, ...]:
    """The folders between that of a photo's class and the photo: those of a path within the image folder.

    Args:
        folders: Names of the folders that are classes; where none of them is above the photo, all count.
    """
    above = path.split("/")[:-1]
    begin = max((place + 1 for place, name in enumerate(above) if name in folders), default=0)
    return tuple(above[begin:])


def _videos(members: Sequence[Sample], about: str) -> Iterator[tuple[str, str, list[Sample]]]:
    if _ABOUT_FRAMES.search(about):
        return
    videos: dict[str, list[Sample]] = defaultdict(list)
    for sample in members:
        if found := _FRAME.match(_stem(sample)):
            videos[found["video"] if found["file"] is None else found["file"]].append(sample)
    for name, frames in videos.items():
        if len(frames) > 1:
            yield "video", name.casefold(), frames


def _bursts(members: Sequence[Sample], taken: Mapping[str, float]) -> Iterator[tuple[str, str, list[Sample]]]:
    numbered: dict[str, list[tuple[int, float, Sample]]] = defaultdict(list)
    crowded = Counter(int(taken[each.path]) for each in members if each.path in taken)
    for sample in members:
        found, when = _NUMBERED.match(_stem(sample)), taken.get(sample.path)
        if found and when is not None and crowded[int(when)] <= _MOST_A_SECOND:
            numbered[found[1]].append((int(found[2]), when, sample))
    for shots in numbered.values():
        shots.sort(key=lambda shot: (shot[:2], shot[2].path))
        bursts: list[list[tuple[int, float, Sample]]] = []
        near: list[list[tuple[int, float, Sample]]] = []  # those that the next shot may follow
        for shot in shots:
            # Another camera whose numbers happen to lie between has its own bursts.
            near = [burst for burst in near if shot[0] - burst[-1][0] <= _NUMBERS]
            burst = next((each for each in reversed(near) if _follows(each[-1], shot)), None)
            if burst is None:
                burst = []
                bursts.append(burst)
                near.append(burst)
            burst.append(shot)
        for burst in bursts:
            if len(burst) > 1:
                yield "burst", burst[0][2].id, [each for _, _, each in burst]


def _follows(before: tuple[int, float, Sample], shot: tuple[int, float, Sample]) -> bool:
    most = _SECONDS_UNCLASSED if shot[2].class_id is None else _SECONDS
    return shot[0] - before[0] <= _NUMBERS and 0 <= shot[1] - before[1] <= most


def _stem(sample: Sample) -> str:
    name = sample.path.rpartition("/")[2]
    stem, dot, _ = name.rpartition(".")
    return _SAVED_BY_A_TOOL.sub("", stem if dot else name)
