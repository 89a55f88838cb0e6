"""Folders as public data sets and people arrange them: which classes and sets are seen in the tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.folder_help import Tree, listing_of, spread
from workbench.core.data.folder_tree import tree_of
from workbench.core.data.layout import look_at
from workbench.core.data.reading import Reading
from workbench.core.data.readings import is_clear, readings
from workbench.core.errors import InputError


def likeliest(tree: Tree) -> Reading:
    found = readings(tree_of(listing_of(tree)))
    assert found
    return found[0]


SETS: list[tuple[str, Tree, dict[str, int], dict[str, int]]] = [
    (
        "Intel image classification",
        spread("seg_train/seg_train seg_test/seg_test", "forest sea street") | {"seg_pred/seg_pred": 9},
        {"forest": 8, "sea": 8, "street": 8},
        {"training": 12, "test": 12},
    ),
    (
        "ASL alphabet",
        spread("asl_alphabet_train/asl_alphabet_train", "A B space")
        | {"asl_alphabet_test/asl_alphabet_test": ["A_test.jpg", "B_test.jpg"]},
        {"A": 4, "B": 4, "space": 4},
        {"training": 12},
    ),
    (
        "train, dev, holdout",
        spread("train dev holdout", "ill well"),
        {"ill": 12, "well": 12},
        {"training": 8, "validation": 8, "test": 8},
    ),
    (
        "train_data, test_data",
        spread("train_data test_data", "bolt nut"),
        {"bolt": 8, "nut": 8},
        {"training": 8, "test": 8},
    ),
    (
        "capitals",
        spread("Train Valid Test", "cat dog"),
        {"cat": 12, "dog": 12},
        {"training": 8, "validation": 8, "test": 8},
    ),
    (
        "Spanish",
        spread("entrenamiento prueba", "gato perro"),
        {"gato": 8, "perro": 8},
        {"training": 8, "test": 8},
    ),
    (
        "German",
        spread("Training Validierung Testdaten", "Hund Katze"),
        {"Hund": 12, "Katze": 12},
        {"training": 8, "validation": 8, "test": 8},
    ),
    (
        "French, with spaces",
        {
            "jeu d'entraînement/chat": 5,
            "jeu d'entraînement/chien": 5,
            "jeu de test/chat": 2,
            "jeu de test/chien": 2,
        },
        {"chat": 7, "chien": 7},
        {"training": 10, "test": 4},
    ),
    (
        "Chinese",
        spread("训练集 测试集", "猫 狗"),
        {"猫": 8, "狗": 8},
        {"training": 8, "test": 8},
    ),
    (
        "FER2013",
        spread("Training PublicTest PrivateTest", "angry happy"),
        {"angry": 12, "happy": 12},
        {"training": 8, "test": 16},
    ),
    (
        "a class with its sets in it",
        spread("ants bees", "train val"),
        {"ants": 8, "bees": 8},
        {"training": 8, "validation": 8},
    ),
    (
        "MVTec: masks beside the sets of each class",
        spread("bottle cable", "train/good test/good test/broken ground_truth/broken"),
        {"bottle": 12, "cable": 12},
        {"training": 8, "test": 16},
    ),
    (
        "two training parts",
        spread("train1 train2 test", "cat dog"),
        {"cat": 12, "dog": 12},
        {"training": 16, "test": 8},
    ),
    (
        "sets below a version",
        spread("color/train color/test grayscale/train grayscale/test", "oak elm"),
        {"elm": 8, "oak": 8},
        {"training": 8, "test": 8},
    ),
    (
        "folds, each with the sets",
        spread("fold1/train fold1/val fold2/train fold2/val", "cat dog"),
        {"cat": 8, "dog": 8},
        {"training": 8, "validation": 8},
    ),
    (
        "the test set beside the classes",
        {"cat": 5, "dog": 5, "test/cat": 2, "test/dog": 2},
        {"cat": 7, "dog": 7},
        {"training": 10, "test": 4},
    ),
    (
        "Plant seedlings: an unsorted test folder",
        spread("train", "maize wheat") | {"test": 9, "": ["sample_submission.csv"]},
        {"maize": 4, "wheat": 4},
        {"training": 8},
    ),
    (
        "images inside each set",
        spread("train/images test/images", "cat dog"),
        {"cat": 8, "dog": 8},
        {"training": 8, "test": 8},
    ),
    (
        "set and class in one name",
        {"train_cats": 5, "train_dogs": 5, "test_cats": 2, "test_dogs": 2},
        {"cats": 7, "dogs": 7},
        {"training": 10, "test": 4},
    ),
    (
        "the test photos of each class beside it",
        {"cat": 5, "dog": 5, "cat_test": 2, "dog_test": 2},
        {"cat": 7, "dog": 7},
        {"training": 10, "test": 4},
    ),
    (
        "years, each with the sets",
        spread("2019/train 2019/test 2020/train 2020/test", "ants bees"),
        {"ants": 16, "bees": 16},
        {"training": 16, "test": 16},
    ),
    (
        "labelled and unlabelled training photos",
        spread("train/labeled test", "ants bees") | {"train/unlabeled": 50},
        {"ants": 8, "bees": 8},
        {"training": 8, "test": 8},
    ),
    (
        "GTSRB",
        spread("Train", "0 1 2") | {"Test": 9, "Meta": 3, "": ["Train.csv", "Test.csv"]},
        {"0": 4, "1": 4, "2": 4},
        {"training": 12},
    ),
    (
        "Fruits-360",
        spread("fruits-360/Training fruits-360/Test", "Apple Banana")
        | {"fruits-360/test-multiple_fruits": 3},
        {"Apple": 8, "Banana": 8},
        {"training": 8, "test": 8},
    ),
    ("train and hold-out", spread("train hold-out", "a b"), {"a": 8, "b": 8}, {"training": 8, "test": 8}),
    (
        "all photos beside their split",
        spread("raw split/train split/val", "a b"),
        {"a": 8, "b": 8},
        {"training": 8, "validation": 8},
    ),
    (
        "Rock, paper, scissors",
        spread("rps/rps rps-test-set/rps-test-set", "paper rock") | {"rps-validation": 6},
        {"paper": 8, "rock": 8},
        {"training": 8, "test": 8},
    ),
    (
        "Castings",
        spread("casting_data/casting_data/train casting_data/casting_data/test", "bad ok")
        | spread("casting_512x512/casting_512x512", "bad ok"),
        {"bad": 8, "ok": 8},
        {"training": 8, "test": 8},
    ),
    (
        "archives within archives",
        spread("archive/data/Train/train archive/data/Test/test", "cat dog"),
        {"cat": 8, "dog": 8},
        {"training": 8, "test": 8},
    ),
]


@pytest.mark.parametrize(
    ("tree", "classes", "subsets"), [row[1:] for row in SETS], ids=[row[0] for row in SETS]
)
def test_sets(tree: Tree, classes: dict[str, int], subsets: dict[str, int]) -> None:
    reading = likeliest(tree)
    assert {name: count for name, count in reading.counts.items() if count} == classes
    assert {name: count for name, count in reading.subsets.items() if count} == subsets
    assert is_clear(readings(tree_of(listing_of(tree))))


FOUR = {"apple": 4, "corn": 4}
PLAIN: list[tuple[str, Tree, dict[str, int]]] = [
    ("PlantVillage", spread("color grayscale segmented", "apple corn"), FOUR),
    ("PlantVillage, unpacked", spread("pv/dataset/color pv/dataset/grayscale", "apple corn"), FOUR),
    ("images and masks", spread("images masks", "bars rings"), {"bars": 4, "rings": 4}),
    ("images and annotations", spread("images", "apple corn") | {"annotations": "xml"}, FOUR),
    (
        "Stanford dogs",
        spread("images/Images", "n02-Chihuahua n03-beagle")
        | spread("annotations/Annotation", "n02-Chihuahua n03-beagle"),
        {"n02-Chihuahua": 4, "n03-beagle": 4},
    ),
    (
        "COVID-19 radiography: masks in each class",
        spread("COVID Normal", "images masks") | {"": ["README.md.txt"]},
        {"COVID": 4, "Normal": 4},
    ),
    ("labelled and not", spread("train", "bird car") | {"unlabeled": 50}, {"bird": 4, "car": 4}),
    ("years", spread("2019 2020 2021", "ants bees"), {"ants": 12, "bees": 12}),
    ("years with other classes each", spread("2019", "ants bees") | spread("2020", "bees wasps"), {
        "ants": 4, "bees": 8, "wasps": 4,
    }),
    ("classes by year", spread("ants bees", "2019 2020"), {"ants": 8, "bees": 8}),
    ("cameras", spread("camera1 camera2", "ok scratched"), {"ok": 8, "scratched": 8}),
    ("cameras by maker", spread("Canon iPhone", "ok scratched"), {"ok": 8, "scratched": 8}),
    ("folds", spread("fold1 fold2 fold3 fold4 fold5", "cat dog"), {"cat": 20, "dog": 20}),
    ("data/raw", spread("data/raw", "cat dog") | {"notebooks": "ipynb", "docs": "md"}, {"cat": 4, "dog": 4}),
    ("data/raw and data/processed", spread("data/raw data/processed", "cat dog"), {"cat": 4, "dog": 4}),
    ("one folder too high", spread("Pets", "cat dog"), {"cat": 4, "dog": 4}),
    ("one folder too high, and a loose photo", spread("Pets", "cat dog") | {"": ["cover.jpg"]}, {
        "cat": 4, "dog": 4,
    }),
    ("a vehicle called train", {"train": 4, "bus": 4, "car": 4}, {"bus": 4, "car": 4, "train": 4}),
    ("stations", {"train_station": 4, "bus_station": 4}, {"bus_station": 4, "train_station": 4}),
    ("with and without mask", {"with_mask": 4, "without_mask": 4}, {"with_mask": 4, "without_mask": 4}),
    ("mask and no mask", {"mask": 4, "no mask": 4}, {"mask": 4, "no mask": 4}),
    ("unsorted photos beside the classes", {"cat": 4, "dog": 4, "unsorted": 9}, {"cat": 4, "dog": 4}),
    ("a backup beside the classes", {"cat": 4, "dog": 4, "old/cat": 3, "old/dog": 3}, {"cat": 4, "dog": 4}),
    ("photos and a hidden folder", {"cat": 4, "dog": 4, "dog/.hidden": 3}, {"cat": 4, "dog": 4}),
    ("dots in front", {".22 LR": 4, ".45 ACP": 4, "9": 4}, {".22 LR": 4, ".45 ACP": 4, "9": 4}),
    ("dots in front alone", {".22 LR": 4, ".45 ACP": 4}, {".22 LR": 4, ".45 ACP": 4}),
    ("any depth", {"cat": 1, "cat/a/b/c": 2, "dog/2020/may": 3, "dog": 2}, {"cat": 3, "dog": 5}),
    ("two levels of parts", spread("2019/cam1 2019/cam2 2020/cam1 2020/cam2", "a b"), {"a": 16, "b": 16}),
    ("originals and augmented", spread("original augmented", "ok bad"), {"bad": 4, "ok": 4}),
    ("Caltech", spread("101_ObjectCategories", "ant bee") | {"Annotations/ant": "mat"}, {"ant": 4, "bee": 4}),
    ("weekdays", spread("Monday Tuesday", "ok bad"), {"bad": 8, "ok": 8}),
    ("parts in an archive", spread("archive", "plate_1 plate_2"), {"plate_1": 4, "plate_2": 4}),
    ("digits", {str(n): 3 for n in range(10)}, {str(n): 3 for n in range(10)}),
    ("a class without photos", {"cat": 4, "dog": 4, "fish": "txt"}, {"cat": 4, "dog": 4}),
    ("labels beside the classes", {"cat": 4, "dog": 4, "labels": "txt"}, {"cat": 4, "dog": 4}),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "classes"), [row[1:] for row in PLAIN], ids=[row[0] for row in PLAIN])
def test_classes(tree: Tree, classes: dict[str, int]) -> None:
    reading = likeliest(tree)
    assert {name: count for name, count in reading.counts.items() if count} == classes
    assert is_clear(readings(tree_of(listing_of(tree))))
    assert {subset for subset in reading.subsets if subset != "training"} == set()


@pytest.mark.parametrize(
    ("tree", "first", "second"),
    [
        (spread("apple pear", "healthy ill"), ["healthy", "ill"], ["apple", "pear"]),
        (spread("cats dogs", "1 2 3"), ["cats", "dogs"], ["1", "2", "3"]),
        (
            spread("animals", "cat dog") | spread("plants", "oak rose"),
            ["animals", "plants"],
            ["cat", "dog", "oak", "rose"],
        ),
        (
            spread("2019/north 2019/south 2020/north 2020/south", "ants bees"),
            ["ants", "bees"],
            ["north", "south"],
        ),
        (spread("indoor outdoor", "mask nomask"), ["mask", "nomask"], ["indoor", "outdoor"]),
    ],
)
def test_where_it_is_not_clear_both_readings_are_there(
    tree: Tree, first: list[str], second: list[str]
) -> None:
    found = readings(tree_of(listing_of(tree)))
    assert [list(each.counts) for each in found[:2]] == [first, second]
    assert not is_clear(found)
    assert len({each.key for each in found}) == len(found)
    assert sum(found[0].counts.values()) == sum(found[1].counts.values())


@pytest.mark.parametrize(
    ("tree", "code"),
    [
        ({"train": 4, "test1": 4}, "sets_without_classes"),
        ({"train": 4, "unlabeled": 4}, "sets_without_classes"),
        ({"seg_train": 4, "seg_test": 4}, "sets_without_classes"),
        ({"images": 4, "masks": 4}, "sets_without_classes"),
        ({"images/train": 4, "images/val": 4, "labels/train": "txt"}, "sets_without_classes"),
        ({"train/images": 4, "train/labels": "txt", "val/images": 4}, "sets_without_classes"),
        ({"HAM10000_images_part_1": 4, "HAM10000_images_part_2": 4}, "sets_without_classes"),
        ({"DCIM/100CANON": 4, "DCIM/101CANON": 4}, "sets_without_classes"),
        ({"JPEGImages": 4, "Annotations": "xml"}, "photos_without_classes"),
        ({"train/train": 4, "test1/test1": 4}, "sets_without_classes"),
        ({"": 4}, "photos_without_classes"),
        ({"photos/raw": 4}, "photos_without_classes"),
        ({"rings/2019": 4, "rings/2020": 4}, "only_one_class.nested"),
        ({"cats": ["cats.zip"], "": ["dogs.zip"]}, "no_photos.archives"),
        ({"notes": "txt"}, "no_photos"),
    ],
)
def test_folders_that_say_nothing_of_classes_are_refused(tree: Tree, code: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        look_at(tmp_path / "photos", listing_of(tree))
    assert caught.value.message.code == code
