"""Splits on the disk: what is written comes back, older versions are read, newer ones refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.catalogs import sample_at
from workbench.core.data.catalog import ImageClass, Roots, Split
from workbench.core.errors import InputError
from workbench.core.project.split_file import read_split, write_split

GOLDEN = Path(__file__).parents[1] / "golden"

SPLIT = Split(
    Roots({"": Path("/photos"), "b": Path("/more/photos")}),
    (ImageClass("2", "été"), ImageClass("1", "hiver")),
    (
        sample_at("2/a.jpg", "2", "training", "d1", 640, 480),
        sample_at("1/\udcff.jpg", "1", "", "d2", group="plant 7"),
    ),
    (replace(sample_at("1/a.jpg", "1", "", "d3", root="b"), id="b 1"),),
)


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    write_split(tmp_path / "split.json", SPLIT)
    assert read_split(tmp_path / "split.json") == SPLIT
    values = json.loads((tmp_path / "split.json").read_text(encoding="utf-8"))
    assert values["schema_version"] == 2
    assert values["classes"] == [{"id": "2", "name": "été"}, {"id": "1", "name": "hiver"}]
    assert values["training"][1]["group"] == "plant 7"


@pytest.mark.parametrize("run", ["scratch", "interrupted", "instant", "improve", "transfer"])
def test_a_split_of_version_1_is_read(run: str) -> None:
    """As positions in lists; the golden files are the old program's own."""
    file = GOLDEN / run / "split.json"
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["schema_version"] == 1
    found = read_split(file)
    assert found.roots == Roots.of(Path(written["folder"]))
    assert list(found.class_names) == written["classes"]
    for name in ("training", "validation", "test"):
        samples = getattr(found, name)
        targets = found.targets(samples).tolist()
        rows = [
            [s.path, target, s.subset, s.digest, s.width, s.height]
            for s, target in zip(samples, targets, strict=True)
        ]
        assert rows == written[name]
        assert [sample.id for sample in samples] == [row[0] for row in written[name]]


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "split.json").write_text('{"schema_version": 3}')
    with pytest.raises(InputError) as error:
        read_split(tmp_path / "split.json")
    assert error.value.message.code == "newer_run"


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"schema_version": 2}', '{"schema_version": 1, "folder": "/p", "classes": []}'],
)
def test_anything_else_is_no_split(tmp_path: Path, content: str) -> None:
    (tmp_path / "split.json").write_text(content)
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_split(tmp_path / "split.json")
