"""What was taken in one go stays together: bursts by name and time, frames of one video, subfolders."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from tests.catalogs import classes_of, sample_at
from tests.core.training_help import catalog_of
from workbench.core.data.catalog import Catalog, Roots, Sample
from workbench.core.data.groups import groups_of, with_groups
from workbench.core.data.photo_cache import PhotoCache
from workbench.core.data.series import below_class, why_together, with_series, with_subfolders
from workbench.core.data.split import make_split
from workbench.core.health.checks import examine
from workbench.core.images.taken import taken_at

RF = "0123456789abcdef0123"


def shot(photo: Path, to: Path, when: str = "", fraction: str = "", **more: str) -> None:
    """A photo as a camera saves it: with when it was taken."""
    with Image.open(photo) as opened:
        exif = Image.Exif()
        tags = exif.get_ifd(ExifTags.IFD.Exif)
        if when:
            tags[ExifTags.Base.DateTimeOriginal] = when
            tags[ExifTags.Base.SubsecTimeOriginal] = fraction
        if "changed" in more:
            exif[ExifTags.Base.DateTime] = more["changed"]
        to.parent.mkdir(parents=True, exist_ok=True)
        opened.save(to, exif=exif)


@pytest.fixture
def photos(drawn_pair: Path) -> list[Path]:
    """Photos that do not look alike."""
    return sorted((drawn_pair / "train" / "leaves").iterdir())


@pytest.fixture
def folder(drawn_pair: Path, tmp_path: Path) -> Path:
    """A class of six photos without a time, to go beside the one that a test makes."""
    for photo in sorted((drawn_pair / "train" / "apples").iterdir())[:6]:
        (tmp_path / "photos" / "apples").mkdir(parents=True, exist_ok=True)
        shutil.copy(photo, tmp_path / "photos" / "apples")
    return tmp_path / "photos"


def together(catalog: Catalog) -> list[list[str]]:
    """Names of the photos of each group of several."""
    found = defaultdict(list)
    for sample, group in zip(catalog.samples, groups_of(catalog.samples), strict=True):
        found[group].append(sample.path.rpartition("/")[2])
    return sorted(sorted(names) for names in found.values() if len(names) > 1)


def test_a_burst_is_told_by_numbers_and_times_together(folder: Path, photos: list[Path]) -> None:
    times = {
        "IMG_0001.jpg": "10:00:00",  # a burst, from which one photo was deleted
        "IMG_0002.jpg": "10:00:01",
        "IMG_0004.jpg": "10:00:02",
        "IMG_0005.jpg": "10:00:07",  # the next shot, of something else
        "IMG_0900.jpg": "10:00:08",  # a moment later, by another camera
        "DSC_0006.jpg": "10:00:08",
    }
    for photo, (name, time) in zip(photos, times.items(), strict=False):
        shot(photo, folder / "leaves" / name, f"2024:05:01 {time}")
    assert together(catalog_of(folder)) == [["IMG_0001.jpg", "IMG_0002.jpg", "IMG_0004.jpg"]]


@pytest.mark.parametrize(
    "when",
    [
        {"when": ""},  # names alone never tell
        {"when": "", "changed": "2024:05:01 10:00:00"},  # when a program saved them
        {"when": "2024:05:01 00:00:00"},  # a date without a time
        {"when": "no time at all"},
    ],
)
def test_without_the_time_of_the_shot_there_is_no_burst(
    when: dict[str, str], folder: Path, photos: list[Path]
) -> None:
    for number, photo in enumerate(photos[:4]):
        shot(photo, folder / "leaves" / f"IMG_{number:04}.jpg", **when)
    assert together(catalog_of(folder)) == []


def test_one_time_in_many_photos_is_none(folder: Path, photos: list[Path]) -> None:
    many = [*photos, *photos][:31]
    taken = {f"leaves/scan {number}.jpg": 100.0 for number in range(len(many))}
    samples = [sample_at(path, "leaves") for path in taken]
    assert {each.group for each in with_series(samples, taken, {"leaves"})} == {""}
    fewer = dict(list(taken.items())[:30])
    assert len({each.group for each in with_series(samples[:30], fewer, {"leaves"})}) == 1


def test_loose_photos_have_to_follow_each_other_within_a_second() -> None:
    taken = {"IMG_1.jpg": 10.0, "IMG_2.jpg": 10.9, "IMG_3.jpg": 12.4}
    loose = with_series([sample_at(path, None) for path in taken], taken, ())
    assert [bool(each.group) for each in loose] == [True, True, False]
    classed = with_series([sample_at(path, "ants") for path in taken], taken, ())
    assert len({each.group for each in classed} - {""}) == 1


def test_a_burst_of_two_classes_is_one_in_each() -> None:
    paths = ["a/IMG_1.jpg", "a/IMG_2.jpg", "b/IMG_3.jpg", "b/IMG_4.jpg"]
    taken = {path: 10.0 + number / 10 for number, path in enumerate(paths)}
    found = with_series([sample_at(path, path[0]) for path in paths], taken, {"a", "b"})
    assert [each.group for each in found] == [found[0].group] * 2 + [found[2].group] * 2
    assert found[0].group != found[2].group


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["clip01_frame0001.jpg", "clip01_frame0900.png", "clip02_frame0001.jpg"], [0, 1]),
        (["frame0.jpg", "frame10.jpg", "photo1.jpg"], [0, 1]),
        (["a.mp4_17.jpg", "a.mp4-0018.jpg", "b.mp4_19.jpg"], [0, 1]),
        ([f"clip_mp4-12_jpg.rf.{RF}.jpg", f"clip_mp4-13_jpg.rf.{RF[::-1]}.jpg", "x.jpg"], [0, 1]),
        (["IMG_0001.jpg", "IMG_0002.jpg", "IMG_0003.jpg"], []),
        (["mainframe1.jpg", "mainframe2.jpg", "leaf0003.jpg"], []),
        (["frame.jpg", "frame (a).jpg", "clip1.jpg"], []),
    ],
)  # fmt: skip
def test_frames_of_one_video_are_told_by_their_names(names: list[str], expected: list[int]) -> None:
    found = with_series([sample_at(f"ants/{name}", "ants") for name in names], {}, {"ants"})
    grouped = [place for place, each in enumerate(found) if each.group]
    assert grouped == expected
    assert len({found[place].group for place in grouped}) <= 1


def test_frames_that_are_what_is_shown_are_no_video() -> None:
    for path in ("bike frames/frame_{}.jpg", "ants/frames/frame_{}.jpg"):
        samples = [sample_at(path.format(number), path.partition("/")[0]) for number in range(3)]
        assert {each.group for each in with_series(samples, {}, {"bike frames", "ants"})} == {""}


def test_real_photos_that_follow_each_other_are_left_alone(data_folder: Path) -> None:
    """2,062 photos of ten signs, each with its time, mostly two to four seconds after the one before it."""
    photos, taken = data_folder / "sign_digits", {}
    for path in sorted(photos.rglob("*.JPG")):
        with Image.open(path) as opened:
            seconds = taken_at(opened)
        assert seconds is not None
        taken[path.relative_to(photos).as_posix()] = seconds
    samples = [sample_at(path, path[0]) for path in taken]
    grouped = [each for each in with_series(samples, taken, set("0123456789")) if each.group]
    assert len(grouped) <= 0.001 * len(samples)
    loose = with_series([sample_at(path, None) for path in taken], taken, ())
    assert sum(bool(each.group) for each in loose) <= 0.02 * len(samples)


def test_a_real_camera_s_fractions_of_seconds_count(data_folder: Path) -> None:
    with Image.open(data_folder / "sign_digits" / "3" / "IMG_4509.JPG") as opened:
        seconds = taken_at(opened)
    assert seconds is not None
    assert seconds % 1 == pytest.approx(0.99)
    assert seconds % 86_400 // 1 == 15 * 3600 + 21 * 60 + 7


def test_the_time_is_kept_with_the_photo_and_no_file_is_opened_for_it_again(
    folder: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, photo in enumerate(photos[:3]):
        shot(photo, folder / "leaves" / f"IMG_{number}.jpg", "2024:05:01 10:00:00", str(number))
    first = catalog_of(folder)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file was opened again")

    monkeypatch.setattr("workbench.core.data.photo_cache.open_file", refuse)
    assert catalog_of(folder).samples == first.samples
    assert together(first) == [["IMG_0.jpg", "IMG_1.jpg", "IMG_2.jpg"]]
    with PhotoCache(folder) as cache:
        assert cache.photo("apples/000.jpg").taken is None


def test_groups_that_were_named_are_joined_and_keep_their_name() -> None:
    samples = [
        sample_at(f"{n}.jpg", "a", group=group) for n, group in enumerate(["plant 2", "", "", "plant 1"])
    ]
    found = with_groups(samples, ["x", "x", "", ""])
    assert [each.group for each in found] == ["plant 2", "plant 2", "", "plant 1"]
    joined = with_groups(samples, ["x", "x", "", "x"])
    assert [each.group for each in joined] == ["plant 1", "plant 1", "", "plant 1"]
    assert why_together(joined[:2]) == ("group",)


def test_groups_never_straddle_the_split(folder: Path, photos: list[Path]) -> None:
    for number, photo in enumerate(photos[:12]):
        shot(photo, folder / "leaves" / f"clip{number // 3}_frame{number:03}.jpg")
    for seed in range(10):
        split = make_split(catalog_of(folder), validation_fraction=0.3, seed=seed)
        sides = [{each.group for each in side} - {""} for side in (split.training, split.validation)]
        assert sides[0] | sides[1]
        assert not sides[0] & sides[1]


def plants(depth: str = "") -> Catalog:
    samples = [
        sample_at(f"{depth}{name}/plant {plant}/day {number}/{number}.jpg", name)
        for name in ("rose", "lily")
        for plant in range(4)
        for number in range(3)
    ]
    samples += [
        sample_at(f"{depth}{name}/{number}.jpg", name) for name in ("rose", "lily") for number in range(4)
    ]
    return Catalog(Roots.of(Path("/photos")), classes_of(["lily", "rose"]), tuple(samples))


@pytest.mark.parametrize("depth", ["", "train/"])
def test_folders_below_a_class_are_groups_where_a_person_says_so(depth: str) -> None:
    catalog = plants(depth)
    assert not any(sample.group for sample in catalog.samples)
    found = with_subfolders(catalog)
    sizes = Counter(sample.group for sample in found.samples)
    assert sizes.pop("") == 8
    assert sorted(sizes.values()) == [3] * 8  # plant 1 of the roses is no plant 1 of the lilies
    assert why_together([s for s in found.samples if "rose/plant 0" in s.path]) == ("folder",)


def test_the_folder_of_the_class_is_the_one_next_to_the_photo() -> None:
    assert below_class("train/ants/a/b/1.jpg", {"ants", "bees"}) == ("a", "b")
    assert below_class("ants/1.jpg", {"ants"}) == ()
    assert below_class("loose/1.jpg", set()) == ("loose",)


def in_set(number: int, subset: str, group: str) -> Sample:
    return sample_at(f"{subset}/a/{number}.jpg", "a", subset, group=group)  # type: ignore[arg-type]


def test_a_video_in_two_sets_is_told() -> None:
    samples = [in_set(0, "training", "v"), in_set(1, "validation", "v"), in_set(2, "validation", "")]
    samples.append(sample_at("training/b/1.jpg", "b", "training"))
    catalog = Catalog(Roots.of(Path("/photos")), classes_of("ab"), tuple(samples))
    (finding,) = [each for each in examine(catalog) if each.check == "split_series"]
    assert (finding.samples, finding.values["all"]) == ((samples[1].id,), 2)
