"""Broken here: a picture is lost on its way in, or a path or a huge file does harm."""

import base64
import os
import struct
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.errors import SchemaError
from core.lake.media import images
from core.lake.media.images import with_pictures
from core.tables.left_out import Sieve
from core.tables.table import Table


def picture(shade=120, kind="PNG", size=(6, 4)):
    out = BytesIO()
    Image.fromarray(np.full((size[1], size[0]), shade, dtype=np.uint8)).save(out, kind)
    return out.getvalue()


def read(*cells, folder=None):
    table = Table(pd.DataFrame({"photo": pd.Series(cells, dtype=object)}), "photos.csv")
    sieve = Sieve(table)
    with_pictures(sieve, "photo", folder)
    return sieve.table.frame["photo"].tolist()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_bytes_base64_and_data_uris_are_the_same_picture(kind):
    data = picture(kind=kind)
    text = base64.b64encode(data).decode()
    broken_up = "\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    assert read(data, text, broken_up, f"data:image/{kind.lower()};base64,{text}") == [data] * 4


def test_paths_are_read_under_the_folder_only(tmp_path):
    root = tmp_path / "photos"
    (root / "a").mkdir(parents=True)
    (root / "a" / "1.png").write_bytes(picture())
    assert read("a/1.png", str(root / "a" / "1.png"), folder=str(root)) == [picture()] * 2


@pytest.mark.parametrize(
    "name", ["../secret.png", "a/../../secret.png", "{tmp}/secret.png", "link.png", "folder/secret.png"]
)
def test_no_path_leads_out_of_the_folder(tmp_path, name):
    root = tmp_path / "photos"
    root.mkdir()
    (tmp_path / "secret.png").write_bytes(picture())
    (root / "link.png").symlink_to(tmp_path / "secret.png")
    (root / "folder").symlink_to(tmp_path)
    with pytest.raises(SchemaError, match=r"photos\.csv: column 'photo', row 1: The path leaves") as refused:
        read(name.replace("{tmp}", str(tmp_path)), folder=str(root))
    assert str(tmp_path) not in str(refused.value)


def test_a_pipe_and_a_missing_file_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(SchemaError, match="is no file"):
        read("pipe.png", folder=str(tmp_path))
    with pytest.raises(SchemaError, match="no such file"):
        read("gone.png", folder=str(tmp_path))
    with pytest.raises(SchemaError, match="no folder of pictures is set") as refused:
        read("gone.png")
    assert "--picture-folder" in refused.value.hint


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (None, "There is no image"),
        ("", "There is no image"),
        (b"", "There is no image"),
        (7, "There is no image"),
        ("no base64!", "neither base64 nor the path"),
        ("aGVsbG8=", "no complete picture"),
        (b"hello", "no complete picture"),
        (picture(kind="JPEG", size=(600, 400))[:-400], "no complete picture"),
        (picture()[:-30], "no complete picture"),
        ("a\0.png", "leaves the folder"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_row(cell, said, tmp_path):
    with pytest.raises(SchemaError, match=f"row 2: .*{said}"):
        read(picture(), cell, folder=str(tmp_path))


def test_deep_and_floating_point_greys_come_in_and_other_pixels_are_refused_by_name():
    floats = BytesIO()
    Image.fromarray(np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4)).save(floats, "TIFF")
    assert read(floats.getvalue()) == [floats.getvalue()]
    bits = [struct.pack("<HHIHH", 258, 3, 1, number, 0) for number in (32, 24)]
    strange = floats.getvalue().replace(*bits)
    with pytest.raises(SchemaError, match=r"row 1: .*pixels of another kind") as refused:
        read(strange)
    assert "floating point" in refused.value.hint


def test_a_decompression_bomb_is_not_unpacked():
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(SchemaError, match=r"too many (to unpack|pixels)"):
        read(out.getvalue())


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(images, "LARGEST", 100)
    (tmp_path / "1.png").write_bytes(bytes(101))
    for cell in ("1.png", bytes(101), "A" * 200):
        with pytest.raises(SchemaError, match="more than 100"):
            read(cell, folder=str(tmp_path))


def test_one_oversized_picture_is_left_out_and_listed_and_the_others_are_kept(monkeypatch):
    monkeypatch.setattr(images, "LARGEST", 200)
    cells = [picture(shade) for shade in range(40)]
    cells[7], cells[21] = bytes(201), None
    sieve = Sieve(Table(pd.DataFrame({"photo": pd.Series(cells, dtype=object)}), "photos.parquet"))
    with_pictures(sieve, "photo", None)
    assert sieve.table.frame["photo"].tolist() == [c for at, c in enumerate(cells) if at not in {7, 21}]
    said = sieve.left_out()
    assert [(each.row, each.reason) for each in said.listed] == [
        (8, "The picture has 201 bytes, more than 200"),
        (22, "There is no image"),
    ]
    assert said.message.startswith("2 of 40 rows were left out: ")
