"""Broken here: a photo lies on its side, or a deep grey picture is white, for the expert or for the model."""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from PIL import ExifTags, Image

from core.lake.media import pictures
from core.settings import Settings
from core.tables.values.upright import open_upright
from core.training.features import PixelFeatures

LEFT_HALF = np.repeat([[255, 0]], 16, axis=0).repeat(8, axis=1).astype(np.uint8)


def encoded(pixels, kind="PNG", turned=None):
    out, exif = BytesIO(), Image.Exif()
    if turned:
        exif[ExifTags.Base.Orientation] = turned
    Image.fromarray(pixels).save(out, kind, exif=exif)
    return out.getvalue()


def drawn(tmp_path, data):
    settings = Settings(home=tmp_path)
    with Image.open(pictures.find(settings, pictures.keep(settings, data))) as kept:
        return np.asarray(kept.convert("L")).astype(int)


def read(data):
    return PixelFeatures().fit([data]).transform(pd.Series([data], dtype=object)).reshape(16, 16)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_photo_is_turned_as_the_camera_was_held_for_experts_and_models(tmp_path, kind):
    data = encoded(LEFT_HALF, kind, turned=6)  # the camera was held on its side: left is up
    shown, scored = drawn(tmp_path, data), read(data)
    assert shown[:7].min() > 200
    assert shown[9:].max() < 50
    assert scored[:7].min() > 0.8
    assert scored[9:].max() < 0.2


@pytest.mark.parametrize(
    ("white", "kind"), [(65535, "PNG"), (65535, "TIFF"), (4095, "PNG"), (4095, "TIFF"), (255, "PNG")]
)
def test_deep_greys_are_scaled_for_experts_and_models(tmp_path, white, kind):
    ramp = np.linspace(0, white, 256).round().astype(np.uint16).reshape(16, 16)
    data = encoded(ramp, kind)
    right = np.arange(256).reshape(16, 16)
    assert np.abs(drawn(tmp_path, data) - right).max() <= 1
    assert np.abs(read(data) * 255 - right).max() <= 1


@pytest.mark.parametrize(("pixels", "kind"), [(np.int32, "TIFF"), (np.float32, "TIFF")])
def test_pictures_of_32_bits_are_scaled_by_their_brightest_pixel(pixels, kind):
    ramp = np.linspace(0, 1 if pixels is np.float32 else 10**6, 256).astype(pixels).reshape(16, 16)
    found = np.asarray(open_upright(encoded(ramp, kind))).astype(int)
    assert np.abs(found - np.arange(256).reshape(16, 16)).max() <= 1


def test_an_ordinary_png_is_kept_as_it_came(tmp_path):
    data = encoded(LEFT_HALF)
    settings = Settings(home=tmp_path)
    assert pictures.find(settings, pictures.keep(settings, data)).read_bytes() == data


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("broken", [b"Exif\0\0no TIFF at all", b"Exif\0\0MM\0*\0\0\0\x08\0\x09\x01"])
def test_broken_exif_data_turn_nothing_and_refuse_nothing(kind, broken):
    out = BytesIO()
    Image.fromarray(LEFT_HALF).save(out, kind, exif=broken)
    found = np.asarray(open_upright(out.getvalue()).convert("L"))
    assert found[:, :7].min() > 200
    assert found[:, 9:].max() < 50
