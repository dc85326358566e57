"""Broken here: a picture lies on its side, is white or has wrong colours, for the expert or for the model."""

import struct
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from PIL import ExifTags, Image

from core.lake.media import pictures
from core.settings import Settings
from core.tables.values.frames import MOST
from core.tables.values.grey_window import WindowRules, window_greys
from core.tables.values.picture_view import TURNS, view
from core.training.encoders.pictures import SIDE, pixels
from core.training.features import PixelFeatures

LEFT_HALF = np.repeat([[255, 0]], 16, axis=0).repeat(8, axis=1).astype(np.uint8)
RED, GREEN, WHITE = (255, 0, 0), (0, 255, 0), (255, 255, 255)


def encoded(picture, kind="PNG", turned=None, **how):
    out, exif = BytesIO(), Image.Exif()
    if turned:
        exif[ExifTags.Base.Orientation] = turned
        how["exif"] = exif
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    picture.save(out, kind, **how)
    return out.getvalue()


def preview(tmp_path, data):
    settings = Settings(home=tmp_path)
    kept = pictures.keep(settings, data)
    with Image.open(pictures.find(settings, kept.sha)) as picture:
        picture.load()
    return picture, kept.caption


def drawn(tmp_path, data):
    return np.asarray(preview(tmp_path, data)[0].convert("L")).astype(int)


def read(data):
    return PixelFeatures().fit([data]).transform(pd.Series([data], dtype=object)).reshape(16, 16)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_photo_is_turned_as_the_camera_was_held_for_experts_and_models(tmp_path, kind):
    data = encoded(LEFT_HALF, kind, turned=6)  # the camera was held on its side: left is up
    shown, scored, vectored = drawn(tmp_path, data), read(data), pixels(data)
    assert shown[:7].min() > 200
    assert shown[9:].max() < 50
    assert scored[:7].min() > 0.8
    assert scored[9:].max() < 0.2
    assert vectored[: SIDE // 2 - 16].min() > 0.7
    assert vectored[SIDE // 2 + 16 :].max() < -0.7


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("turned", [1, *TURNS])
def test_width_and_height_are_those_of_the_upright_picture(kind, turned):
    data = encoded(np.zeros((20, 70), dtype=np.uint8), kind, turned=turned)
    image, changes = view(data, side=10)
    assert (changes.width, changes.height) == ((20, 70) if turned >= 5 else (70, 20))
    assert (image.width < image.height) == (turned >= 5)
    assert changes.turned == (turned != 1)


@pytest.mark.parametrize(
    ("white", "kind"), [(65535, "PNG"), (65535, "TIFF"), (4095, "PNG"), (4095, "TIFF"), (255, "PNG")]
)
def test_deep_greys_are_windowed_for_experts_and_models(tmp_path, white, kind):
    ramp = np.linspace(0, white, 256).round().astype(np.uint16).reshape(16, 16)
    data = encoded(ramp, kind)
    right = np.arange(256).reshape(16, 16)
    assert np.abs(drawn(tmp_path, data) - right).max() <= 1
    assert np.abs(read(data) * 255 - right).max() <= 1


@pytest.mark.parametrize(("kind", "order"), [("PNG", "<"), ("TIFF", "<"), ("TIFF", ">")])
def test_a_narrow_range_and_a_few_hot_pixels_leave_the_rest_to_be_seen(tmp_path, kind, order):
    """By its brightest pixel the whole picture would be black."""
    deep = np.random.default_rng(0).integers(1000, 1256, (100, 100)).astype(f"{order}u2")
    deep[0, :5] = 65535
    mode = "I;16B" if order == ">" else "I;16"
    data = encoded(Image.frombytes(mode, (100, 100), deep.tobytes()), kind)
    image, caption = preview(tmp_path, data)
    low, high = np.percentile(deep, [0.175, 99.825])
    assert (
        np.abs(np.asarray(image) - np.clip((deep.astype(float) - low) / (high - low) * 255, 0, 255)).max()
        <= 1
    )
    assert caption == f"16 bit, shown from {low:,.0f} to {high:,.0f}"


@pytest.mark.parametrize(
    ("pixels", "caption"),
    [
        (np.linspace(-1, 1, 256, dtype=np.float32), "floating point, shown from -0.9965 to 0.9965"),
        (np.linspace(0, 10**6, 256).astype(np.int32), "32 bit, shown from 1,750 to 998,250"),
    ],
)
def test_pictures_of_32_bits_are_windowed(tmp_path, pixels, caption):
    image, shown = preview(tmp_path, encoded(pixels.reshape(16, 16), "TIFF"))
    assert np.abs(np.asarray(image).astype(int) - np.arange(256).reshape(16, 16)).max() <= 1
    assert shown == caption


def test_what_is_no_number_is_black_and_widens_no_window():
    pixels = np.linspace(5, 6, 256, dtype=np.float32).reshape(16, 16)
    pixels[0, :3], pixels[-1, -1] = (np.nan, -np.inf, 5), np.inf
    grey, window = window_greys(Image.fromarray(pixels))
    assert np.asarray(grey)[0, :2].tolist() == [0, 0]
    assert np.asarray(grey)[-1, -1] == 255
    assert 5 <= window.black < window.white <= 6


@pytest.mark.parametrize(
    "empty", [np.full((4, 4), np.nan, dtype=np.float32), np.full((4, 4), 7, dtype=np.uint16)]
)
def test_a_flat_picture_is_black_and_divides_by_nothing(empty):
    assert not np.asarray(window_greys(Image.fromarray(empty))[0]).any()


def test_few_spots_on_a_flat_ground_are_seen():
    pixels = np.zeros((100, 100), dtype=np.uint16)
    pixels[50, 50] = 900
    grey, window = window_greys(Image.fromarray(pixels))
    assert (window.black, window.white, np.asarray(grey)[50, 50]) == (0, 900, 255)


def test_a_window_is_the_same_whatever_is_computed_at_once():
    deep = Image.fromarray(np.random.default_rng(1).integers(0, 5000, (70, 30)).astype(np.uint16))
    whole, parts = (window_greys(deep, WindowRules(at_once=at_once))[0] for at_once in (10**6, 100))
    assert whole.tobytes() == parts.tobytes()
    by_few = window_greys(deep, WindowRules(looked_at=500))[1]
    assert by_few.black < 100
    assert by_few.white > 4900


def test_a_tiff_whose_white_is_zero_is_not_shown_as_a_negative():
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    data = encoded(ramp, "TIFF")
    black_is_zero = struct.pack("<HHII", 262, 3, 1, 1)
    assert data.count(black_is_zero) == 1
    image, changes = view(data.replace(black_is_zero, struct.pack("<HHII", 262, 3, 1, 0)))
    assert np.asarray(image)[0, 0] == 255
    assert changes.window.black > changes.window.white


@pytest.mark.parametrize(
    ("mode", "colour", "kind", "seen"),
    [
        ("CMYK", (0, 255, 255, 0), "JPEG", RED),
        ("CMYK", (0, 0, 0, 255), "JPEG", (0, 0, 0)),
        ("CMYK", (0, 255, 255, 0), "TIFF", RED),
        ("RGBA", (255, 0, 0, 255), "PNG", RED),
        ("RGBA", (255, 0, 0, 0), "PNG", WHITE),
        ("RGBA", (255, 0, 0, 128), "PNG", (255, 127, 127)),
        ("RGBA", (0, 0, 0, 0), "WEBP", WHITE),
        ("RGBA", (0, 0, 0, 0), "TIFF", WHITE),
        ("LA", (0, 0), "PNG", WHITE),
        ("LA", (90, 255), "PNG", (90, 90, 90)),
        ("1", 1, "PNG", WHITE),
        ("1", 1, "TIFF", WHITE),
        ("RGB", RED, "BMP", RED),
    ],
)
def test_colours_are_right_for_experts_and_models(tmp_path, mode, colour, kind, seen):
    data = encoded(Image.new(mode, (16, 16), colour), kind)
    shown = np.asarray(preview(tmp_path, data)[0].convert("RGB"))
    assert np.abs(shown.astype(int) - seen).max() <= 2
    assert np.abs(pixels(data) * 128 + 127 - seen).max() <= 3


def test_colours_of_a_palette_are_right_with_and_without_a_transparent_one(tmp_path):
    picture = Image.new("P", (16, 16), 1)
    picture.putpalette([*RED, *GREEN])
    assert preview(tmp_path, encoded(picture))[0].convert("RGB").getpixel((0, 0)) == GREEN
    for kind in ("PNG", "GIF"):
        image, caption = preview(tmp_path, encoded(picture, kind, transparency=1))
        assert image.convert("RGB").getpixel((0, 0)) == WHITE
        assert caption == "transparent parts shown white"


def test_a_jpeg_whose_cmyk_is_inverted_as_adobe_does_is_no_negative():
    """Every CMYK JPEG that programs write is; Pillow writes Adobe's marker too."""
    data = encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG")
    assert b"Adobe" in data
    image, changes = view(data)
    assert changes.colours == "CMYK"
    assert np.abs(np.asarray(image).astype(int) - RED).max() <= 2


def test_lab_colours_are_computed(tmp_path):
    data = encoded(Image.new("RGB", (16, 16), RED).convert("LAB"), "TIFF")
    image, caption = preview(tmp_path, data)
    assert np.abs(np.asarray(image).astype(int) - RED).max() <= 6  # 8 bits of LAB
    assert caption == "LAB colours, shown as RGB"


def frames(number, kind):
    first, *rest = [Image.new("RGB", (16, 16), (0, 20 * n, 0) if n else RED) for n in range(number)]
    return encoded(first, kind, save_all=True, append_images=rest)


@pytest.mark.parametrize(
    ("kind", "names"), [("GIF", "frames"), ("WEBP", "frames"), ("PNG", "frames"), ("TIFF", "pages")]
)
def test_the_first_of_several_frames_is_looked_at_and_that_is_told(tmp_path, kind, names):
    data = frames(12, kind)
    image, caption = preview(tmp_path, data)
    assert np.abs(np.asarray(image.convert("RGB")).astype(int) - RED).max() <= 3
    assert np.abs(pixels(data) * 128 + 127 - RED).max() <= 4
    assert caption == f"first of 12 {names}"
    assert getattr(image, "n_frames", 1) == 1  # a browser would play the others


def test_the_count_of_frames_ends_and_survives_a_file_that_ends_early():
    frame = b"\x2c" + bytes(8) + b"\0" + b"\x02\0"
    header = frames(1, "GIF")[:-1]
    assert view(header + frame * 3 + b";")[1].frames == 4
    assert view(header + frame * 3)[1].frames == 4
    assert view(header + frame * 2 * MOST)[1].frames == MOST


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("RGB", "PNG"), ("L", "PNG"), ("RGB", "JPEG"), ("L", "JPEG"), ("RGB", "WEBP"), ("RGBA", "PNG")],
)
def test_an_ordinary_picture_is_kept_as_it_came(tmp_path, mode, kind):
    data = encoded(Image.new(mode, (30, 20), "red" if mode != "L" else 9), kind)
    settings = Settings(home=tmp_path)
    kept = pictures.keep(settings, data)
    assert pictures.find(settings, kept.sha).read_bytes() == data
    assert kept.caption == ""
    assert pictures.keep(settings, data) == kept
    assert view(data)[1].none


def test_a_large_picture_is_sent_small_and_that_is_told_again(tmp_path):
    data = encoded(np.random.default_rng(0).integers(0, 255, (1200, 1800), dtype=np.uint8), "PNG")
    settings = Settings(home=tmp_path)
    first, again = (pictures.keep(settings, data) for _ in range(2))
    assert first == again
    assert first.caption == "1,800 x 1,200, shown at 1,600 x 1,067"
    assert pictures.find(settings, first.sha).suffix == ".jpg"


def test_a_photo_that_is_turned_stays_a_jpeg(tmp_path):
    settings = Settings(home=tmp_path)
    kept = pictures.keep(settings, encoded(LEFT_HALF, "JPEG", turned=6))
    assert (pictures.find(settings, kept.sha).suffix, kept.caption) == (".jpg", "")


def test_bytes_beside_the_pixels_are_not_sent(tmp_path):
    data = encoded(LEFT_HALF, "BMP") + bytes(pictures.RULES.most_bytes)
    png = encoded(LEFT_HALF) + bytes(pictures.RULES.most_bytes)
    settings = Settings(home=tmp_path)
    for each in (data, png):
        assert pictures.find(settings, pictures.keep(settings, each).sha).stat().st_size < 1000


def test_a_colour_profile_comes_along_where_it_is_one_of_the_colours_that_are_shown(tmp_path):
    rgb, cmyk = (bytes(16) + space + bytes(108) for space in (b"RGB ", b"CMYK"))
    of_rgb = encoded(Image.new("RGB", (9, 9)), "TIFF", icc_profile=rgb)
    of_cmyk = encoded(Image.new("CMYK", (9, 9)), "TIFF", icc_profile=cmyk)
    assert preview(tmp_path, of_rgb)[0].info["icc_profile"] == rgb
    assert "icc_profile" not in preview(tmp_path, of_cmyk)[0].info


def test_no_other_kind_of_file_is_opened():
    """Pillow starts a program for some of them."""
    with pytest.raises(OSError, match="cannot identify"):
        view(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("broken", [b"Exif\0\0no TIFF at all", b"Exif\0\0MM\0*\0\0\0\x08\0\x09\x01"])
def test_broken_exif_data_turn_nothing_and_refuse_nothing(kind, broken):
    found = np.asarray(view(encoded(LEFT_HALF, kind, exif=broken))[0])
    found = found if found.ndim == 2 else found[..., 0]
    assert found[:, :7].min() > 200
    assert found[:, 9:].max() < 50
