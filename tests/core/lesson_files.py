"""Small files of the layout that public photos are published in."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.io import savemat

from tests.zip_help import photo


def eurosat() -> dict[str, bytes]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("2750/", b"")
        for name in ("AnnualCrop", "Forest"):
            for number in range(1, 6):
                archive.writestr(f"2750/{name}/{name}_{number}.jpg", photo(f"{name}{number}"))
    return {"EuroSAT.zip": buffer.getvalue()}


def idx(values: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    head = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    return gzip.compress(head + values.tobytes())


def fashion() -> dict[str, bytes]:
    random = np.random.default_rng(3)
    files = {}
    for name, count in (("train", 40), ("t10k", 20)):
        files[f"{name}-images-idx3-ubyte.gz"] = idx(random.integers(0, 255, (count, 28, 28), np.uint8))
        files[f"{name}-labels-idx1-ubyte.gz"] = idx((np.arange(count) % 10).astype(np.uint8))
    return files


def pets() -> dict[str, bytes]:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        kinds = ("Abyssinian", "yorkshire_terrier")
        names = [f"images/{kind}_{number}.jpg" for kind in kinds for number in (1, 2, 3)]
        for name in (*names, "images/Abyssinian_100.mat", "../evil_1.jpg", "images/._Abyssinian_9.jpg"):
            info = tarfile.TarInfo(name)
            content = photo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("images/link_1.jpg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return {"images.tar.gz": buffer.getvalue()}


def tarred(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def records(count: int, seed: int) -> NDArray[np.uint8]:
    """Of CIFAR-10: a class from 0 to 9, then red, green and blue of 32 x 32 pixels."""
    made = np.random.default_rng(seed).integers(0, 255, (count, 3073), np.uint8)
    made[:, 0] = np.arange(count) % 10
    return made


def cifar() -> dict[str, bytes]:
    folder = "cifar-10-batches-bin"
    members = {
        f"{folder}/data_batch_1.bin": records(40, 1).tobytes(),
        f"{folder}/batches.meta.txt": b"airplane\nautomobile\n",
        f"{folder}/data_batch_3.bin": records(40, 3).tobytes(),
        f"{folder}/test_batch.bin": records(20, 9).tobytes(),
        f"{folder}/readme.html": b"<html></html>",
    }
    return {"cifar-10-binary.tar.gz": tarred(**members)}


def matlab(**tables: Sequence[int]) -> bytes:
    buffer = io.BytesIO()
    savemat(buffer, {name: np.array([row], np.uint16) for name, row in tables.items()}, do_compression=True)
    return buffer.getvalue()


def flowers() -> dict[str, bytes]:
    photos = {f"jpg/image_{number:05}.jpg": photo(number) for number in range(1, 13)}
    return {
        "102flowers.tgz": tarred(**photos, **{"../image_00013.jpg": b"", "jpg/notes.txt": b""}),
        "imagelabels.mat": matlab(labels=[77, 77, 77, 77, 60, 60, 60, 60, 1, 1, 1, 1]),
        "setid.mat": matlab(trnid=[1, 5, 9], valid=[10, 2, 6], tstid=[3, 4, 7, 8, 11, 12]),
    }


def ppm(seed: int) -> bytes:
    buffer = io.BytesIO()
    noise = np.random.default_rng(seed).integers(0, 255, (16, 15, 3), np.uint8)
    Image.fromarray(noise).save(buffer, "PPM")
    return buffer.getvalue()


def gtsrb() -> dict[str, bytes]:
    training = {
        f"GTSRB/Training/{sign:05}/{track:05}_{frame:05}.ppm": ppm(sign * 100 + track * 10 + frame)
        for sign in (0, 14)
        for track in range(4)
        for frame in range(3)
    }
    table = "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\r\n"
    tables = {f"GTSRB/Training/{sign:05}/GT-{sign:05}.csv": table.encode() for sign in (0, 14)}
    images = "GTSRB/Final_Test/Images"
    tests = {f"{images}/{number:05}.ppm": ppm(5000 + number) for number in range(6)}
    rows = "".join(f"{number:05}.ppm;15;16;5;5;10;10;{14 * (number % 2)}\r\n" for number in range(6))
    return {
        "GTSRB-Training_fixed.zip": zipped(**training, **tables, **{"GTSRB/Readme-Images.txt": b""}),
        "GTSRB_Final_Test_Images.zip": zipped(**tests, **{f"{images}/GT-final_test.test.csv": b""}),
        "GTSRB_Final_Test_GT.zip": zipped(**{"GT-final_test.csv": (table + rows).encode()}),
    }


MADE = {
    "eurosat": eurosat,
    "fashion_mnist": fashion,
    "pets": pets,
    "cifar10": cifar,
    "flowers": flowers,
    "gtsrb": gtsrb,
}
