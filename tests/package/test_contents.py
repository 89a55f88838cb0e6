"""What stays out of the packaged program, whose licence texts lie in it, and how it is packed."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy
import pytest
import rich
from PySide6 import QtCore

import build
import contents
import licences
import workbench
from licences import MissingLicenceError, Part


def test_libraries_that_nobody_asks_for_stay_out() -> None:
    kept = [
        "PySide6/Qt/lib/libQt6Core.so.6", "PySide6/Qt/plugins/platforms/libqxcb.so",
        "openvino/libs/libopenvino_intel_cpu_plugin.so", "openvino/libs/libtbb.so.12",
        "PySide6/QtGui.abi3.so", "qtawesome/fonts/phosphor-1.3.0.ttf", "numpy/_core/_multiarray_umath.so",
        "onnxruntime/capi/onnxruntime_pybind11_state.so", "workbench/resources/workbench.svg",
    ]  # fmt: skip
    dropped = [
        "PySide6/Qt/lib/libQt6Quick.so.6", "PySide6/Qt/plugins/imageformats/libqpdf.so",
        "openvino/libs/libopenvino_intel_gpu_plugin.so", "openvino/libs/libopenvino_intel_npu_plugin.so",
        "openvino/libs/libopenvino_pytorch_frontend.so.2641", "PySide6/QtQml.abi3.so",
        "PySide6/Qt/translations/qt_de.qm", "qtawesome/fonts/remixicon-2.5.0.ttf",
    ]  # fmt: skip
    assert [path for path in kept if not contents.is_kept(path)] == []
    assert [path for path in dropped if contents.is_kept(path)] == []
    assert contents.is_kept("torch/bin/torch_shm_manager"), "torch does not start without it"
    assert not contents.is_kept("torch/bin/protoc")
    assert contents.is_kept("PySide6\\Qt\\lib\\libQt6Core.so.6")


def test_a_link_stays_only_where_its_file_does() -> None:
    entries = [
        ("PySide6/Qt/lib/libQt6Core.so.6", "/somewhere/libQt6Core.so.6", "BINARY"),
        ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK"),
        ("libQt6Quick.so.6", "PySide6/Qt/lib/libQt6Quick.so.6", "SYMLINK"),
    ]
    assert contents.without_dead_links(entries) == entries[:2]
    cuda = ("nvidia/cudnn/lib/libcudnn.so.9", "/somewhere/libcudnn.so.9", "BINARY")
    astray = ("libcudnn.so.9", "nvidia/cudnn/lib/libcudnn.so.9", "SYMLINK")
    assert contents.without_dead_links([cuda, astray]) == [cuda], "it opens others beside itself"
    assert contents.without_dead_links(entries[1:], beside=entries[:1]) == entries[1:2]


def test_a_library_of_the_system_stays_only_where_another_asks_for_it() -> None:
    asks = {"/site/libqxcb.so": {"libxcb-cursor.so.0"}, "/usr/lib/libxcb-cursor.so.0": {"libxcb-util.so.1"}}
    asks |= {"/usr/lib/libpango-1.0.so.0": {"libcairo.so.2"}}
    entries = [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/site/libqxcb.so", "BINARY"),
        ("libxcb-cursor.so.0", "/usr/lib/libxcb-cursor.so.0", "BINARY"),
        ("libxcb-util.so.1", "/usr/lib/libxcb-util.so.1", "BINARY"),
        ("libpango-1.0.so.0", "/usr/lib/libpango-1.0.so.0", "BINARY"),
        ("libcairo.so.2", "/usr/lib/libcairo.so.2", "BINARY"),
    ]
    assert contents.without_orphans(entries, lambda library: asks.get(library, set())) == entries[:3]


def test_every_module_of_the_program_is_named() -> None:
    names = contents.own_modules()
    assert {"workbench", "workbench.core.instant.fit_instant", "workbench.cli.selftest"} <= set(names)
    assert not any("/" in name or name.endswith("__init__") for name in names)


def test_nothing_that_the_program_asks_for_stays_out_of_the_full_edition() -> None:
    asked = {
        name
        for file in Path(workbench.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in _imported(node)
    }
    assert {"threadpoolctl", "scipy.linalg", "torch"} <= asked
    left_out = contents.EXCLUDED["full"]
    assert [name for name in asked if any(f"{name}.".startswith(f"{each}.") for each in left_out)] == []


@pytest.mark.e2e
@pytest.mark.parametrize("edition", ["full", "light"])
def test_the_program_is_whole_without_what_stays_out(edition: contents.Edition) -> None:
    script = Path(__file__).with_name("without.py")
    command = [sys.executable, "-W", "ignore", str(script), ",".join(contents.EXCLUDED[edition])]
    environment = {**os.environ, "PYTHONPATH": str(contents.REPOSITORY)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    lacked = json.loads(done.stdout.splitlines()[-1])
    torch_side = {"torch", "timm", "huggingface_hub", "onnxscript"}
    assert lacked.keys() == (torch_side if edition == "light" else set()), lacked


@pytest.mark.skipif(sys.platform != "linux", reason="CUDA's libraries come as packages on Linux")
def test_libraries_that_are_opened_while_it_runs_come_along() -> None:
    names = [Path(source).name for source, _ in contents.opened_libraries("full")]
    assert [name for name in names if name.startswith("_C")], "torch's operators for torchvision"
    if importlib.util.find_spec("nvidia") is not None:
        assert any(name.startswith("libcudnn_ops") for name in names)
        assert any(name.startswith("libnvrtc-builtins") for name in names)
    assert contents.opened_libraries("light") == []


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_the_texts_of_what_is_inside_are_collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "_starter", licences._own)  # PyInstaller is only there for packaging
    files = [Path(module.__file__ or "") for module in (numpy, QtCore, rich)]
    licences.collect([(file.name, str(file), "PYMODULE") for file in files], tmp_path / "licences")
    index = json.loads((tmp_path / "licences" / licences.INDEX).read_text("utf-8"))
    by_name = {entry["name"]: entry for entry in index}
    assert {"numpy", "PySide6_Essentials", "rich", "Python", "workbench"} <= by_name.keys()
    assert all(entry["texts"] for entry in index)
    texts = [tmp_path / "licences" / name for name in by_name["PySide6_Essentials"]["texts"]]
    told = "".join(text.read_text("utf-8") for text in texts)
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in told
    assert "GNU GENERAL PUBLIC LICENSE" in told, "which the lesser one adds to"


def test_a_text_is_lent_by_a_part_with_the_same_licence(tmp_path: Path) -> None:
    text = tmp_path / "LICENSE"
    text.write_text("Apache License", "utf-8")
    parts = [Part("one", "1", "Apache-2.0", [("LICENSE", text)]), Part("two", "2", "Apache 2.0")]
    licences.fill_gaps(parts)
    assert parts[1].texts == [("LICENSE", text)]
    with pytest.raises(MissingLicenceError, match=r"three 3 \(Some licence\)"):
        licences.fill_gaps([*parts, Part("three", "3", "Some licence")])


@pytest.mark.parametrize(
    ("name", "licence", "refused"),
    [
        ("one", "GPL-3.0-only", True),
        ("two", "License :: OSI Approved :: GNU Affero General Public License v3", True),
        ("libreadline8", "see its text", True),
        ("three", "LGPL-3.0-only OR GPL-2.0-only", False),
        ("pyinstaller", "GPLv2-or-later with a special exception", False),
    ],
)
def test_nothing_under_the_gpl_is_inside(name: str, licence: str, refused: bool) -> None:
    if refused:
        with pytest.raises(MissingLicenceError, match=name):
            licences.refuse([Part(name, "1", licence)])
    else:
        licences.refuse([Part(name, "1", licence)])


@pytest.mark.skipif(sys.platform != "linux", reason="a file that no distribution has is looked up with dpkg")
def test_a_library_that_belongs_to_nobody_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(licences, "_starter", licences._own)
    stranger = tmp_path / "libstranger.so.1"
    stranger.write_bytes(b"")
    with pytest.raises(MissingLicenceError, match="libstranger"):
        licences.parts_of([("libstranger.so.1", str(stranger), "BINARY")])


def test_the_zip_file_keeps_links_and_what_can_be_run(tmp_path: Path) -> None:
    folder = tmp_path / "workbench"
    (folder / "inside").mkdir(parents=True)
    (folder / "workbench").write_bytes(b"#!/bin/sh\n")
    (folder / "workbench").chmod(0o755)
    (folder / "inside" / "lib.so.1").write_bytes(b"library")
    (folder / "lib.so.1").symlink_to("inside/lib.so.1")
    build.zip_folder(folder, tmp_path / "it.zip")
    with zipfile.ZipFile(tmp_path / "it.zip") as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        assert modes["workbench/workbench"] & 0o111
        assert modes["workbench/lib.so.1"] & 0o170000 == 0o120000
        assert archive.read("workbench/lib.so.1") == b"inside/lib.so.1"
    assert build.size_of(folder) == len(b"#!/bin/sh\n") + len(b"library")


@pytest.mark.skipif(sys.platform != "linux", reason="desktop files are Linux's")
def test_the_desktop_file_leads_to_where_the_program_lies(tmp_path: Path) -> None:
    folder = tmp_path / 'Bögen & "more" 写真 5%'
    (folder / "icons" / "48x48").mkdir(parents=True)
    (folder / "icons" / "48x48" / "workbench.png").write_bytes(b"png")
    for name in ("install.sh", "workbench.desktop"):
        source = contents.REPOSITORY / "packaging" / "linux" / name
        (folder / name).write_bytes(source.read_bytes())
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "share")}
    subprocess.run(["sh", str(folder / "install.sh")], env=environment, check=True)
    entry = tmp_path / "share" / "applications" / "workbench.desktop"
    lines = entry.read_text("utf-8").splitlines()
    quoted = str(folder).replace('"', '\\\\"').replace("%", "%%")  # as its specification has it
    assert f'Exec="{quoted}/workbench" %f' in lines
    assert (tmp_path / "share/icons/hicolor/48x48/apps/workbench.png").read_bytes() == b"png"
    subprocess.run(["sh", str(folder / "install.sh"), "--remove"], env=environment, check=True)
    assert not entry.exists()
