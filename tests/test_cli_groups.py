"""What stays together, from real files to `workbench split --json`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from workbench.cli import main

NIKON, CANON, OTHER_CANON = ("NIKON", "D850"), ("Canon", "EOS R5"), ("Canon", "EOS 90D")
CLASSES = ("elm", "oak")


def noise() -> Iterator[Image.Image]:
    """Photos that do not look alike."""
    random = np.random.default_rng(1)
    while True:
        small = Image.fromarray(random.integers(0, 255, (8, 8, 3), np.uint8))
        yield small.resize((160, 120), Image.Resampling.BICUBIC)


PHOTOS = noise()


def photo(path: Path, when: str = "", camera: tuple[str, str] = ("", "")) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = camera
    if when:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f"2024:05:01 {when}"
    path.parent.mkdir(parents=True, exist_ok=True)
    next(PHOTOS).save(path, exif=exif)


def split(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    assert main(["split", str(folder), "--json", *more]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    sides = {path: name for name, paths in told["sets"].items() for path in paths}
    for group in told["groups"]:
        assert len({sides[path] for path in group}) == 1, "on one side"
    assert told["sets"]["validation"]
    assert told["asked"] == 0.2
    assert told["got"] == len(told["sets"]["validation"]) / len(sides)
    return told


def sizes(told: dict[str, Any]) -> Counter[int]:
    return Counter(len(group) for group in told["groups"])


def test_bursts_of_two_cameras_with_names_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, name in enumerate(CLASSES):
        for burst in range(6):
            for shot in range(3):
                first, when = 5000 * number + 100 * burst + shot, f"{8 + burst:02}:00:{shot:02}"
                photo(tmp_path / name / f"DSC_{first:04}.jpg", when, NIKON)
                photo(tmp_path / name / f"IMG_{first:04}.jpg", when, CANON)
    told = split(tmp_path, capsys)
    assert sizes(told) == {3: 24}
    assert {why for each in told["why_together"] for why in each} == {"burst"}
    cameras = [{path.partition("/")[2][:3] for path in group} for group in told["groups"]]
    assert all(len(each) == 1 for each in cameras)


def test_bursts_of_two_cameras_whose_numbers_interleave(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, name in enumerate(CLASSES):
        for burst in range(6):
            for shot in range(3):
                first = 5000 * number + 100 * burst + 2 * shot
                photo(tmp_path / name / f"IMG_{first:04}.jpg", f"{8 + burst:02}:00:{shot:02}", CANON)
                when = f"{15 + burst:02}:30:{shot:02}"
                photo(tmp_path / name / f"IMG_{first + 1:04}.jpg", when, OTHER_CANON)
    told = split(tmp_path, capsys)
    assert sizes(told) == {3: 24}
    for group in told["groups"]:
        assert len({int(path[-8:-4]) % 2 for path in group}) == 1, "each camera has its own"


def test_consecutive_numbers_without_times_are_no_burst(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, name in enumerate(CLASSES):
        for shot in range(12):
            photo(tmp_path / name / f"IMG_{100 * number + shot:04}.jpg", camera=CANON)
    assert split(tmp_path, capsys)["groups"] == []


def test_frames_of_videos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in CLASSES:
        for video in range(5):
            for frame in range(4):
                photo(tmp_path / name / f"clip{video}_frame{frame:04}.jpg")
            for frame in range(3):
                photo(tmp_path / name / f"VID_{video}.mp4_{frame}.jpg")
    told = split(tmp_path, capsys)
    assert sizes(told) == {4: 10, 3: 10}
    assert {why for each in told["why_together"] for why in each} == {"video"}


def test_a_column_of_groups(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["file;species;plant"]
    for number in range(24):
        photo(tmp_path / f"{number:03}.jpg")
        rows.append(f"{number:03}.jpg;{CLASSES[number % 2]};plant {number // 4}")
    (tmp_path / "photos.csv").write_text("\n".join(rows))
    told = split(tmp_path, capsys)
    assert sizes(told) == {4: 6}
    assert {why for each in told["why_together"] for why in each} == {"group"}


def test_subfolders_where_the_person_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in CLASSES:
        for plant in range(5):
            for number in range(3):
                photo(tmp_path / name / f"{name} {plant}" / f"{number}.jpg")
    assert split(tmp_path, capsys)["groups"] == []
    told = split(tmp_path, capsys, "--set", "subfolders_together=true")
    assert sizes(told) == {3: 10}
    assert {why for each in told["why_together"] for why in each} == {"folder"}


def test_a_burst_comes_into_the_test_set_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, name in enumerate(CLASSES):
        for burst in range(8):
            for shot in range(3):
                first = 5000 * number + 100 * burst + shot
                photo(tmp_path / name / f"DSC_{first:04}.jpg", f"{8 + burst:02}:00:{shot:02}", NIKON)
    assert main(["split", str(tmp_path), "--json", "--set", "test_fraction=0.25"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    tests = set(told["sets"]["test"])
    assert len(tests) == 12
    assert all(set(group) <= tests or not set(group) & tests for group in told["groups"])
    assert told["test"] == {"asked": 0.25, "got": 0.25, "photos": 12, "drawn": True, "kept": False}
