"""Photos whose classes stand in a table: every delimiter, encoding and fault, on real photos."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from tests.core.folder_help import put
from tests.core.table_help import Pairs, classes_of, notes, photos_into, read, sample, write
from workbench.core.data import tables
from workbench.core.data.groups import groups_of
from workbench.core.data.photo_names import PhotoNames
from workbench.core.data.scan import scan
from workbench.core.data.split import make_split
from workbench.core.errors import InputError
from workbench.core.jobs import run


@pytest.fixture
def signs(data_folder: Path) -> Path:
    return data_folder / "sign_digits"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Signs"


@pytest.fixture
def pairs(folder: Path, signs: Path) -> Pairs:
    return photos_into(folder, signs)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_any_delimiter_and_encoding_is_read(folder: Path, signs: Path, delimiter: str, codec: str) -> None:
    rows = [(name, {"0": "Größe", "1": "café noir"}[cls]) for name, cls in photos_into(folder, signs)]
    write(folder / "labels.csv", [("file", "class"), *rows], delimiter, codec)
    catalog = read(folder)
    assert classes_of(catalog) == dict(rows)
    assert catalog.reading is not None
    assert catalog.reading.key == "table"
    assert notes(catalog) == {"read_table": "The classes are the column “class” of the table “labels.csv”."}
    assert not catalog.skipped
    assert not catalog.other_readings


@pytest.mark.parametrize(
    "photo", ["filename", "file", "image", "path", "image_id", "Image_Name", "Dateiname", "FILE", "img"]
)
@pytest.mark.parametrize(
    "named", ["class", "label", "Category", "species", "target", "dx", "Klasse", "class_name"]
)
def test_usual_names_of_columns_are_known(folder: Path, pairs: Pairs, photo: str, named: str) -> None:
    rows = [(str(7 * n), "said so", name, cls) for n, (name, cls) in enumerate(pairs)]
    write(folder / "table.tsv", [("weight", "remark", photo, named), *rows], "\t")
    assert classes_of(read(folder)) == dict(pairs)


def test_a_table_without_names_of_columns_is_read_by_what_is_in_it(folder: Path, pairs: Pairs) -> None:
    write(folder / "labels.csv", [(cls, name) for name, cls in pairs])
    catalog = read(folder)
    assert classes_of(catalog) == dict(pairs)
    assert notes(catalog) == {"read_table.unnamed": "The classes are column 1 of the table “labels.csv”."}


def test_a_line_that_says_the_delimiter_is_none_of_the_rows(folder: Path, pairs: Pairs) -> None:
    write(folder / "labels.csv", [("sep=;",), ("file;class",), *((";".join(pair),) for pair in pairs)])
    assert classes_of(read(folder)) == dict(pairs)


def test_decimal_commas_are_no_delimiters(folder: Path, pairs: Pairs) -> None:
    rows = [(name, "1,5", "2,25", cls) for name, cls in pairs]
    write(folder / "labels.csv", [("file", "wide", "high", "class"), *rows], ";")
    assert classes_of(read(folder)) == dict(pairs)


@pytest.mark.parametrize(
    "spelled",
    [
        "images/{name}",
        "./images/{name}",
        "../images/{name}",
        "images\\{name}",
        "{name}",
        "{stem}",
        "images/{stem}",
        "{upper}",
        "IMAGES\\{upper}",
        "/home/somebody/data/Signs/images/{name}",
        "C:\\Users\\x\\images\\{name}",
        "Signs/images/{name}",
        "  {name}  ",
    ],
)
@pytest.mark.parametrize("where", ["labels.csv", "tables/labels.csv"])
def test_photos_are_found_however_a_path_is_written(
    folder: Path, signs: Path, spelled: str, where: str
) -> None:
    if spelled.startswith("..") and where == "labels.csv":
        pytest.skip("that leads out of the folder")
    pairs = photos_into(folder / "images", signs)
    rows = [
        (spelled.format(name=name, stem=name.rpartition(".")[0], upper=name.upper()), cls)
        for name, cls in pairs
    ]
    write(folder / where, [("path", "class"), *rows])
    catalog = read(folder)
    assert classes_of(catalog) == {f"images/{name}": cls for name, cls in pairs}
    assert list(notes(catalog)) == ["read_table"]


def test_what_may_be_several_photos_is_none_and_the_folder_tells_them_apart(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/1.png", "a/2.png", "b/3.png", "a/4.png", "b/4.png")
    names = PhotoNames(["a/1.png", "b/1.png", "a/2.png", "b/3.png"])
    assert names.find("1.png") == ("a/1.png", "b/1.png")
    assert names.find("b/1.png") == ("b/1.png",)
    assert names.find("1", "a") == ("a/1.png", "b/1.png")
    assert names.find("1.png", "a") == ("a/1.png",)
    assert names.find("c/1.png") == ()
    rows = [("1.png", "x"), ("2.png", "x"), ("3.png", "y"), ("a/4.png", "y"), ("b/4.png", "x")]
    write(tmp_path / "t.csv", [("file", "class"), *rows])
    catalog = read(tmp_path, "table")
    found = classes_of(catalog)
    assert found == {
        "a/1.png": "", "b/1.png": "", "a/2.png": "x", "b/3.png": "y", "a/4.png": "y", "b/4.png": "x"
    }  # fmt: skip
    assert notes(catalog)["table_several_photos"] == (
        "1 row of the table may mean several photos each, and count for none: “1.png”."
    )


def test_capitals_count_where_they_tell_photos_apart() -> None:
    names = PhotoNames(["A.png", "a.png", "B.png"])
    assert names.find("A.png") == ("A.png",)
    assert names.find("a.png") == ("a.png",)
    assert names.find("b.PNG") == ("B.png",)
    assert names.find("x/A.PNG") == ("A.png", "a.png")


def test_accents_are_one_in_every_form(tmp_path: Path) -> None:
    put(tmp_path, "e\u0301te\u0301.png", "hiver.png")  # as archives from a Mac have them
    write(tmp_path / "t.csv", [("file", "class"), ("\u00e9t\u00e9.png", "chaud"), ("hiver.png", "froid")])
    assert sorted(classes_of(read(tmp_path)).values()) == ["chaud", "froid"]


def test_every_fault_is_said_with_how_often_and_an_example(folder: Path, pairs: Pairs) -> None:
    rows = [[*pair, "train"] for pair in pairs]
    rows[0][2], rows[4][2] = "val", "val"
    rows[1][1] = ""
    rows[2][2] = "perhaps"
    rows[3][2] = ""
    again = [[pairs[5][0], "another", "train"], [pairs[6][0], pairs[6][1], "val"]]
    lost = [["gone.jpg", "0", "train"], ["away/too.jpg", "1", "train"]]
    write(folder / "labels.csv", [("file", "class", "split"), *rows[:7], *again, *lost])
    catalog = read(folder)
    unknown, one = pairs[7][0], "1 photo, such as"
    assert notes(catalog) == {
        "read_table": "The classes are the column “class” of the table “labels.csv”.",
        "read_table_sets": "The sets are the column “split” of the table.",
        "table_two_sets": f"With two sets in the table, and so learned from: {one} “{pairs[6][0]}”.",
        "table_unknown_sets": "1 row of the table has a word for the set that is not known, and the photos "
        "are learned from: “perhaps”.",
        "table_no_set": f"Without a set in the table, and so learned from: {one} “{pairs[3][0]}”.",
        "table_no_photo": "2 rows of the table name no photo in this folder: “gone.jpg” and “away/too.jpg”.",
        "table_no_row": f"Not in the table, and so not classed: {one} “{unknown}”.",
        "table_no_class": f"Without a class in the table, and so not classed: {one} “{pairs[1][0]}”.",
        "table_two_classes": f"With two classes in the table, and so not classed: {one} “{pairs[5][0]}”.",
    }
    found = classes_of(catalog)
    assert [name for name, own in found.items() if not own] == sorted(
        [pairs[1][0], pairs[5][0], unknown], key=lambda name: (name != unknown, name)
    )
    assert catalog.subsets == {"training": 5, "validation": 2}
    assert sample(catalog, pairs[6][0]).subset == "training"
    assert sample(catalog, unknown).subset == ""


def test_numbers_stay_the_text_that_they_are(folder: Path, signs: Path) -> None:
    pairs = photos_into(folder, signs, "0123", 2)
    names = {"0": "007", "1": "7", "2": "1", "3": "1.0"}
    write(folder / "labels.csv", [("file", "class"), *((name, names[cls]) for name, cls in pairs)])
    catalog = read(folder)
    assert catalog.counts == {"007": 2, "1": 2, "1.0": 2, "7": 2}
    told = [str(note) for note in catalog.notes if note.code == "table_same_number"]
    ending = "are the same number, and counted as different classes, as the table has them."
    assert told == [f"“1” and “1.0” {ending}", f"“007” and “7” {ending}"]


@pytest.mark.parametrize("one", ["1", "1.0", "True"])
def test_a_column_for_each_class_is_read(folder: Path, signs: Path, one: str) -> None:
    pairs = photos_into(folder, signs, "012")
    no = {"1": "0", "1.0": "0.0", "True": "False"}[one]
    rows = [
        (name.rpartition(".")[0], "x", *(one if cls == each else no for each in "012")) for name, cls in pairs
    ]
    rows[0] = (*rows[0][:2], no, no, no)
    write(folder / "truth.csv", [("image", "by", "MEL", "NV", "BCC"), *rows])
    catalog = read(folder)
    assert catalog.counts == {"BCC": 4, "MEL": 3, "NV": 4}
    assert notes(catalog) == {
        "read_table.one_hot": "The classes are the columns “MEL”, “NV” and “BCC” of the table “truth.csv”.",
        "table_no_class": "Without a class in the table, and so not classed: 1 photo, such as "
        f"“{pairs[0][0]}”.",
    }


def test_groups_stay_on_one_side_of_the_split(folder: Path, signs: Path) -> None:
    pairs = photos_into(folder, signs, "01", 20)
    rows = [(name, cls, f"patient {n % 5}") for n, (name, cls) in enumerate(pairs)]
    write(folder / "labels.csv", [("file", "class", "Patient_ID"), *rows])
    catalog = read(folder)
    assert "read_table_groups" in notes(catalog)
    assert len(set(groups_of(catalog.samples))) == 5
    divided = make_split(catalog, validation_fraction=0.2, seed=0)
    sides = {each.group for each in divided.training}, {each.group for each in divided.validation}
    assert not sides[0] & sides[1]
    assert len(sides[1]) == 1


def test_one_group_for_all_keeps_nothing_together(folder: Path, pairs: Pairs) -> None:
    write(folder / "labels.csv", [("file", "class", "site"), *((*pair, "here") for pair in pairs)])
    catalog = read(folder)
    assert {each.group for each in catalog.samples} == {""}
    assert "table_one_group" in notes(catalog)


def test_a_table_of_sets_alone_without_a_training_set_is_put_together(folder: Path, pairs: Pairs) -> None:
    write(folder / "labels.csv", [("file", "class", "set"), *((*pair, "test") for pair in pairs)])
    catalog = read(folder)
    assert catalog.subsets == {}
    assert "no_training_set" in notes(catalog)


def test_tables_that_are_called_by_sets_are_read_together(folder: Path, pairs: Pairs) -> None:
    write(folder / "train.csv", [("file", "class"), *pairs[:3], *pairs[4:7]])
    write(folder / "test.csv", [("file", "class"), pairs[3], pairs[7]])
    catalog = read(folder)
    assert catalog.reading is not None
    assert catalog.reading.key == "table"
    assert catalog.subsets == {"training": 6, "test": 2}
    assert classes_of(read(folder, "table:train.csv"))[pairs[3][0]] == ""


def test_a_table_that_says_what_the_folders_say_is_no_reason_to_ask(tmp_path: Path) -> None:
    names = [f"{name}/{n}.png" for name in ("cat", "dog") for n in range(4)]
    put(tmp_path, *names)
    write(tmp_path / "list.csv", [("file", "class"), *((name, name[:3]) for name in names)])
    catalog = read(tmp_path)
    assert catalog.reading is not None
    assert catalog.reading.key == "folders"
    assert not catalog.other_readings
    assert read(tmp_path, "table").counts == {"cat": 4, "dog": 4}


def test_a_table_that_adds_groups_to_the_folders_is_read(tmp_path: Path) -> None:
    names = [f"{name}/{n}.png" for name in ("cat", "dog") for n in range(4)]
    put(tmp_path, *names)
    rows = [(name, name[:3], f"v{n % 4}") for n, name in enumerate(names)]
    write(tmp_path / "list.csv", [("file", "class", "video"), *rows])
    catalog = read(tmp_path)
    assert catalog.reading is not None
    assert catalog.reading.key == "table"
    assert sample(catalog, "cat/1.png").group == "v1"


def test_a_table_that_says_something_else_than_the_folders_is_asked_about(tmp_path: Path) -> None:
    names = [f"{name}/{n}.png" for name in ("cat", "dog") for n in range(4)]
    put(tmp_path, *names)
    write(
        tmp_path / "list.csv",
        [("file", "type"), *((name, ["even", "odd"][n % 2]) for n, name in enumerate(names))],
    )
    catalog = read(tmp_path)
    assert [each.key for each in catalog.other_readings] == ["folders"]
    assert read(tmp_path, "folders").counts == {"cat": 4, "dog": 4}


def test_photos_by_site_are_read_by_the_table(folder: Path, signs: Path) -> None:
    rows = []
    for site in ("site_1", "site_2"):
        rows += [(f"{site}/{name}", cls) for name, cls in photos_into(folder / site, signs)]
    write(folder / "labels.csv", [("path", "species"), *rows])
    catalog = read(folder)
    assert catalog.counts == {"0": 8, "1": 8}
    assert not catalog.other_readings


def test_masks_beside_photos_are_not_meant(tmp_path: Path) -> None:
    put(tmp_path, *(f"{where}/{n}.png" for where in ("images", "masks") for n in range(4)))
    write(tmp_path / "t.csv", [("id", "class"), *((str(n), "xy"[n % 2]) for n in range(4))])
    catalog = read(tmp_path)
    assert classes_of(catalog) == {f"images/{n}.png": "xy"[n % 2] for n in range(4)}
    assert [each.path for each in catalog.skipped] == ["masks"]


def test_a_quotation_mark_that_is_never_closed_swallows_no_rows(folder: Path, pairs: Pairs) -> None:
    rows = [(name, f'"{cls}' if n == 2 else cls) for n, (name, cls) in enumerate(pairs)]
    write(folder / "labels.csv", [("file", "class"), *rows])
    assert len([name for name in classes_of(read(folder)).values() if name]) == len(pairs)


def test_quoted_cells_may_hold_delimiters_and_several_lines(folder: Path, pairs: Pairs) -> None:
    rows = [(name, '"a, b\r\nc"', f'"class ""{cls}"""') for name, cls in pairs]
    write(folder / "labels.csv", [("file", "remark", "class"), *rows])
    assert read(folder).counts == {'class "0"': 4, 'class "1"': 4}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"file,weight\n", "No column of the table “labels.csv” names photos of this folder."),
        (b"weight,class\n1,a\n2,b\n", "No column of the table “labels.csv” names photos of this folder."),
        (b"\x00\x01\x02\x00\xff" * 50, "The table “labels.csv” could not be read as text."),
        (b"", "The table “labels.csv” has a single column, or none."),
        (b"one\ntwo\n", "The table “labels.csv” has a single column, or none."),
    ],
)
def test_a_table_that_does_not_help_is_named_and_why(
    folder: Path, pairs: Pairs, content: bytes, why: str
) -> None:
    (folder / "labels.csv").write_bytes(content)
    with pytest.raises(InputError) as refused:
        read(folder)
    assert refused.value.message.code == "photos_without_classes.table"
    assert refused.value.title == f"Nothing says what the photos in “Signs” show. {why}"


def test_a_table_without_classes_names_its_columns(folder: Path, pairs: Pairs) -> None:
    write(folder / "labels.csv", [("file", "wide", "high"), *((name, "64", "64") for name, _ in pairs)])
    with pytest.raises(InputError) as refused:
        read(folder)
    assert "its columns are “file”, “wide” and “high”" in refused.value.title
    write(folder / "labels.csv", [("file", "class"), *((name, "sign") for name, _ in pairs)])
    with pytest.raises(InputError, match="has only the class “sign”"):
        read(folder)


def test_nothing_is_written(folder: Path, pairs: Pairs) -> None:
    write(folder / "labels.csv", [("file", "class"), *pairs])
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*")}
    read(folder)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*")} == before


def test_a_model_is_tested_on_the_classes_that_it_knows(folder: Path, signs: Path) -> None:
    pairs = photos_into(folder, signs, "012")
    names = {"0": "zero", "1": "One", "2": "two"}
    write(folder / "labels.csv", [("file", "class"), *((name, names[cls]) for name, cls in pairs[:-1])])
    catalog = run(scan(folder, known=["zero", "one"]))
    assert catalog.counts == {"one": 4, "zero": 4}
    assert notes(catalog)["class_names_matched"].startswith("“One” counted as “one”")
    reasons = Counter(each.reason for each in catalog.skipped)
    assert reasons == {"class_unknown_to_model": 3, "not_classed": 1}
    with pytest.raises(InputError, match="The model does not know the class"):
        run(scan(folder, known=["nine"]))


def test_a_table_of_many_more_photos_than_there_are_is_read(folder: Path, pairs: Pairs) -> None:
    others = [(f"elsewhere{n}.jpg", "x") for n in range(3000)]
    write(folder / "all.csv", [("file", "class"), *others[:1501], *pairs, *others[1501:]])
    catalog = read(folder)
    assert classes_of(catalog) == dict(pairs)
    assert notes(catalog)["table_no_photo"].startswith("3,000 rows of the table name no photo")


def test_every_one_of_many_photos_is_found() -> None:
    names = [f"images/{hashlib.sha256(str(n).encode()).hexdigest()[:12]}.jpg" for n in range(20_000)]
    photos = PhotoNames(names)
    assert [photos.find(name.rpartition("/")[2][:-4]) for name in names] == [(name,) for name in names]


def test_text_that_is_too_large_or_cannot_be_opened_is_no_table(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(tables.MOST_BYTES + 1)
    assert tables.read_text(large) is None
    assert tables.read_text(tmp_path / "none.csv") is None


def test_real_photos_with_the_table_that_came_with_them(data_folder: Path) -> None:
    catalog = read(data_folder / "imagenet_200")
    assert len(catalog.samples) == len(catalog.classes) == 200
    assert sample(catalog, "n01440764_tench.JPEG").class_id == "0"
    assert sample(catalog, "n01496331_electric_ray.JPEG").class_id == "5"
    assert notes(catalog)["read_table"] == (
        "The classes are the column “class_index” of the table “labels.csv”."
    )
