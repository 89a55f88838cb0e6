"""Photos decoded once: the same pixels from the cache as from the file, and no file read twice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bad_files import encoded, make_bad_folder, turned
from tests.core.cache_help import homes, opened_in, segments, some_photos
from tests.core.folder_help import put, scanned
from workbench.core.data import photo_cache
from workbench.core.data.catalog import Roots, Sample
from workbench.core.data.photo_cache import PhotoCache, small_picture
from workbench.core.data.pixels import PixelStore
from workbench.core.errors import ImageError
from workbench.core.images.loader import open_image
from workbench.core.images.preprocessing import ROWS_FROM, WHOLE_FROM, Preprocessing
from workbench.core.paths import cache_dir

HALF = (0.5, 0.5, 0.5)
RECIPES = {
    "transfer": Preprocessing(256, 224, 3, HALF, HALF, "bicubic", 256, WHOLE_FROM, ROWS_FROM),
    "scratch": Preprocessing(48, 48, 3, HALF, HALF, "bilinear", 256, WHOLE_FROM, ROWS_FROM),
    "grey": Preprocessing(72, 64, 1, (0.5,), (0.5,), "bilinear", 256, WHOLE_FROM, ROWS_FROM),
    "large": Preprocessing(300, 288, 3, HALF, HALF, "bicubic", 300, WHOLE_FROM, ROWS_FROM),
}


@pytest.fixture
def folder(drawn_pair: Path, tmp_path: Path) -> Path:
    return some_photos(drawn_pair, tmp_path / "photos")


@pytest.fixture(scope="module")
def many_kinds(drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Large and small, odd, turned, long, of many kinds."""
    folder = some_photos(drawn_pair, tmp_path_factory.mktemp("kinds"), each=2)
    with Image.open(next((folder / "apples").iterdir())) as opened:
        photo = opened.convert("RGB")
    for width, height in [(1700, 1275), (900, 1201), (257, 255), (256, 256), (255, 400), (31, 33), (1, 1)]:
        for kind in ("JPEG", "PNG"):
            content = encoded(photo.resize((width, height)), kind)
            (folder / "apples" / f"{width} {height}.{kind}").write_bytes(content)
    for width, height in [(2000, 20), (300, 1201), (301, 2000), (3, 4000)]:
        content = encoded(photo.resize((width, height)), "JPEG")
        (folder / "leaves" / f"strip {width}.jpg").write_bytes(content)
    for orientation in range(1, 9):
        content = turned(photo.resize((1100, 800)), orientation, "JPEG")
        (folder / "leaves" / f"turned {orientation}.jpg").write_bytes(content)
    (folder / "leaves" / "clear.png").write_bytes(encoded(photo.convert("LA"), "PNG"))
    return folder


def store_of(folder: Path, samples: list[Sample], recipe: Preprocessing) -> PixelStore:
    job = PixelStore.build(Roots.of(folder), samples, recipe, threads=2)
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_the_cache_and_the_file_give_the_same_pixels(many_kinds: Path, recipe: Preprocessing) -> None:
    catalog = scanned(many_kinds)
    assert len(catalog.samples) == 31
    store_of(many_kinds, list(catalog.samples), recipe).close()  # fills the cache of a larger side
    with opened_in(many_kinds) as opened, store_of(many_kinds, list(catalog.samples), recipe) as store:
        assert opened == []
        for index, sample in enumerate(catalog.samples):
            path = many_kinds / sample.path
            assert np.array_equal(
                store.stored(index), recipe.pixels(open_image(path, short_side=recipe.decode))
            )
            assert np.array_equal(store.crops([index])[0], recipe.load(path))


def test_a_photo_is_brought_down_and_never_enlarged(many_kinds: Path) -> None:
    with PhotoCache(many_kinds) as cache:
        sizes = {
            name: cache.photo(name).pixels.shape
            for name in (
                "apples/1700 1275.JPEG",
                "apples/31 33.PNG",
                "leaves/strip 2000.jpg",
                "leaves/strip 3.jpg",
            )
        }
        assert list(sizes.values()) == [
            (256, 341, 3),
            (33, 31, 3),
            (20, 2000, 3),
            (4000, 3, 3),
        ]
        upright = cache.photo("leaves/turned 6.jpg")
        assert (upright.width, upright.height) == (1100, 800)


def test_older_recipes_mean_what_they_did(many_kinds: Path) -> None:
    values = RECIPES["scratch"].to_dict()
    del values["decode"], values["whole_from"], values["rows_from"]
    older = Preprocessing.from_dict(values)
    path = many_kinds / "apples" / "1700 1275.PNG"
    with Image.open(path) as image:
        assert np.array_equal(older.load(path), older.crop_pixels(older.pixels(image)))
        whole = image.resize(older.stored_size(*image.size), Image.Resampling.BILINEAR)
    assert np.array_equal(older.load(path), older.crop_pixels(np.asarray(whole)))
    assert not np.array_equal(older.load(path), RECIPES["scratch"].load(path))


def test_a_second_scan_opens_no_photo(drawn_pair: Path, tmp_path: Path) -> None:
    made = make_bad_folder(drawn_pair / "train", tmp_path / "photos", seed=3, per_class=20)
    with opened_in(made.folder) as opened:
        first = scanned(made.folder)
    assert len(set(opened)) > 40
    with opened_in(made.folder) as opened:
        assert scanned(made.folder) == first
    again = ("too_large", "unreadable", "empty_file")  # an empty file may have been a stand-in
    allowed = {skipped.path for skipped in first.skipped if skipped.reason in again}
    assert set(opened) <= allowed


def test_only_what_changed_is_read_again(folder: Path) -> None:
    first = scanned(folder)
    paths = [sample.path for sample in first.samples]
    Image.new("RGB", (300, 300), "red").save(folder / paths[0])
    os.utime(folder / paths[1], ns=(1, 1))
    (folder / paths[2]).unlink()
    shutil.copyfile(folder / paths[3], folder / "apples" / "new.jpg")
    with opened_in(folder) as opened:
        second = scanned(folder)
    assert sorted(opened) == sorted([paths[0], paths[1], "apples/new.jpg"])
    found = {sample.path: sample for sample in second.samples}
    assert (found[paths[0]].width, found[paths[0]].height) == (300, 300)
    assert found[paths[1]] == first.samples[1]
    assert paths[2] not in found
    assert found["apples/new.jpg"].digest == first.samples[3].digest


def test_files_from_any_century_are_remembered(folder: Path) -> None:
    for path, seconds in zip(
        sorted((folder / "apples").iterdir()), (-(10**9), 0, 10**10, 15 * 10**9), strict=True
    ):
        os.utime(path, (seconds, seconds))
    catalog = scanned(folder)
    with opened_in(folder) as opened:
        assert scanned(folder) == catalog
    assert opened == []


def test_another_loader_begins_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = scanned(folder)
    monkeypatch.setattr(photo_cache, "LOADER_VERSION", photo_cache.LOADER_VERSION + 1)
    with opened_in(folder) as opened:
        assert scanned(folder) == catalog
    assert len(opened) == len(catalog.samples)


def test_training_reads_the_cache_itself_where_nothing_changes(folder: Path) -> None:
    Image.new("RGB", (40, 30), "blue").save(folder / "apples" / "small.png")
    samples = list(scanned(folder).samples)
    with store_of(folder, samples, RECIPES["transfer"]) as store:
        assert store.nbytes == 256 * 341 * 3  # the small one, enlarged
    small = Preprocessing(32, 32, 3, HALF, HALF, "bilinear", 256)
    with store_of(folder, samples, small) as store:
        assert store.nbytes == store.shapes.prod(axis=1).sum() * 3


def test_small_photos_are_gathered_from_the_cache(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (40, 32, 32, 3), np.uint8)
    for number, values in enumerate(noise):
        path = tmp_path / "ab"[number % 2] / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(values).save(path)
    samples = list(scanned(tmp_path).samples)
    recipe = Preprocessing(32, 32, 3, HALF, HALF, "bilinear", 256)
    wanted = [7, 7, 39, 0, 20]
    with store_of(tmp_path, samples, recipe) as store:
        assert store.nbytes == 0
        crops = store.crops(wanted)
    expected = [noise[int(Path(samples[index].path).stem)] for index in wanted]
    assert np.array_equal(crops, np.stack(expected))
    assert crops.flags.writeable


def test_what_was_changed_since_the_scan_is_left_out_under_its_old_name(folder: Path) -> None:
    samples = list(scanned(folder).samples)
    Image.new("RGB", (300, 300), "red").save(folder / samples[0].path)
    (folder / samples[1].path).unlink()
    (folder / samples[2].path).write_bytes(b"\xff\xd8\xff no more")
    with store_of(folder, samples, RECIPES["transfer"]) as store:
        assert [(index, why.code) for index, why in store.lost] == [
            (0, "changed_since_read"),
            (1, "missing"),
            (2, "truncated"),
        ]
        (folder / samples[3].path).unlink()
        assert store.crops([3]).shape == (1, 224, 224, 3)


def test_a_larger_side_is_decoded_once_too(folder: Path) -> None:
    samples = list(scanned(folder).samples)
    with opened_in(folder) as opened:
        store_of(folder, samples, RECIPES["large"]).close()
    assert len(opened) == len(samples)
    with opened_in(folder) as opened, store_of(folder, samples, RECIPES["large"]) as store:
        assert opened == []
        assert store.shapes.min() >= 300


def test_small_pictures_come_from_the_cache(folder: Path) -> None:
    scanned(folder)
    path = next((folder / "leaves").iterdir())
    with PhotoCache(folder) as cache:
        expected = Image.fromarray(cache.photo(path.relative_to(folder).as_posix()).pixels)
    expected.thumbnail((160, 160), Image.Resampling.BICUBIC)
    with opened_in(folder) as opened:
        assert np.array_equal(small_picture(path, 160), np.asarray(expected))
    assert opened == []
    large = small_picture(path, 450)
    assert max(large.shape) == 450
    shutil.copyfile(path, folder / "leaves" / "new.jpg")
    assert max(small_picture(folder / "leaves" / "new.jpg", 160).shape) == 160
    Image.new("RGB", (300, 300), "red").save(path)
    assert small_picture(path, 160)[..., 1].max() < 5


def test_small_pictures_show_strips_whole_and_say_what_is_broken(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/1.png")
    (tmp_path / "a" / "broken.jpg").write_bytes(b"\xff\xd8\xff no more")
    Image.linear_gradient("L").rotate(90).resize((3000, 300)).save(tmp_path / "a" / "strip.png")
    scanned(tmp_path)
    strip = small_picture(tmp_path / "a" / "strip.png", 100)
    assert strip.shape == (10, 100, 3)
    assert abs(int(strip[5, 2, 0]) - int(strip[5, -3, 0])) > 200
    assert small_picture(tmp_path / "a" / "1.png", 100).shape == (6, 8, 3)
    for name in ("broken.jpg", "missing.jpg"):
        with pytest.raises(ImageError):
            small_picture(tmp_path / "a" / name, 100)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not take such names")
def test_strange_names_are_kept_apart(tmp_path: Path) -> None:
    raw = os.fsdecode(b"caf\xe9")
    names = ["new\nline", "quo'te\"", "100%_?#", "🐝", "\u00e9", raw, "a\\b", "x" * 200, " "]
    put(tmp_path, *(f"{name}/{name}.png" for name in names))
    first = scanned(tmp_path)
    assert len(first.samples) == len(names)
    with opened_in(tmp_path) as opened:
        assert scanned(tmp_path) == first
    assert opened == []
    for sample in first.samples:
        with Image.open(tmp_path / sample.path) as image:
            assert np.array_equal(small_picture(tmp_path / sample.path, 50), np.asarray(image))


def test_nothing_is_written_where_nothing_is_new(folder: Path) -> None:
    scanned(folder)
    before = [(path, path.stat().st_size) for path in segments()]
    assert len(before) == 1
    scanned(folder)
    assert [(path, path.stat().st_size) for path in segments()] == before


def test_a_folder_that_is_known_is_scanned_without_its_pixels(folder: Path) -> None:
    (folder / "apples" / "broken.jpg").write_bytes((folder / "apples" / "000.jpg").read_bytes()[:2000])
    catalog = scanned(folder)
    assert [each.path for each in catalog.skipped] == ["apples/broken.jpg"]
    (home,) = homes()
    with opened_in(folder) as opened, opened_in(home) as read:
        assert scanned(folder) == catalog
    assert opened == []
    assert not [name for name in read if name.endswith(".pixels")]


def test_a_known_photo_whose_look_is_lost_is_looked_at_again(folder: Path) -> None:
    catalog = scanned(folder)
    shutil.rmtree(cache_dir() / "looks")
    with opened_in(folder) as opened, opened_in(homes()[0]) as read:
        assert scanned(folder) == catalog
    assert opened == [], "its pixels are in the cache"
    assert [name for name in read if name.endswith(".pixels")]


def test_a_known_folder_in_which_a_photo_was_exchanged_is_noticed(folder: Path) -> None:
    catalog = scanned(folder)
    one, other = (folder / catalog.samples[place].path for place in (0, -1))
    one.write_bytes(other.read_bytes())
    with opened_in(folder) as opened:
        found = scanned(folder)
    assert opened == [catalog.samples[0].path]
    assert found.samples[0].digest == catalog.samples[-1].digest


def test_what_is_known_is_the_same_as_what_is_found(many_kinds: Path) -> None:
    catalog = scanned(many_kinds)
    with PhotoCache(many_kinds) as cache:
        for sample in catalog.samples:
            photo, facts = cache.photo(sample.path), cache.facts(sample.path)
            assert facts is not None
            assert facts == (*photo[1:5], photo.depth, photo.taken)
        assert cache.facts("apples/there is none.jpg") is None
