"""What an expert sees of a row is complete, in the order asked for, and survives what is broken."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from core.errors import UnreadableFile
from core.lake.media import pictures
from core.services.annotation.items import payload
from core.settings import Settings
from tests import seed


def test_records_come_in_the_order_asked_for_with_unusual_values_marked(tmp_path):
    ws = seed.records(tmp_path, 10)
    items = payload(ws, seed.the_spec(ws, "bookings"), ["r9", "r1", "gone"])
    assert [item["row_id"] for item in items] == ["r9", "r1"]
    assert items[0]["table"] == [
        {"name": "stay nights", "value": "60", "unusual": True, "usual": "1 to 7"},
        {"name": "hotel", "value": "Resort", "unusual": False, "usual": "City, Resort"},
    ]
    assert not any(cell["unusual"] for cell in items[1]["table"])
    assert items[0]["time"] == "2024-01-01 09:00:00"
    ws.engine.dispose()


def test_pictures_are_kept_by_their_content(tmp_path):
    ws = seed.digits(tmp_path, 3)
    first, again = (payload(ws, seed.the_spec(ws), ["r0", "r1"]) for _ in range(2))
    assert first == again
    assert len({item["sha"] for item in first}) == 2
    assert pictures.find(ws.settings, first[0]["sha"].split(".")[0]).read_bytes().startswith(b"\x89PNG")
    ws.engine.dispose()


def test_texts_are_given_as_they_are(tmp_path):
    ws = seed.texts(tmp_path, 2, ["a", "b"])
    assert payload(ws, seed.the_spec(ws, "intents"), ["r1"])[0]["text"].startswith("text 1 <img")
    assert payload(ws, seed.the_spec(ws, "intents"), []) == []
    ws.engine.dispose()


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "CMYK"), ("GIF", "P"), ("WEBP", "RGBA"), ("PNG", "I;16")]
)
def test_large_pictures_become_small_ones(tmp_path, kind, mode):
    out = BytesIO()
    Image.new(mode, (2000, 100)).save(out, kind)
    settings = Settings(home=tmp_path)
    kept = pictures.keep(settings, out.getvalue())
    assert kept.caption.startswith("2,000 x 100, shown at 1,600 x 80")
    with Image.open(pictures.find(settings, kept.sha)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (1600, 80))


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "GIF"])
def test_what_browsers_do_not_show_becomes_png(tmp_path, kind):
    out = BytesIO()
    Image.new("L", (20, 10)).save(out, kind)
    settings = Settings(home=tmp_path)
    with Image.open(pictures.find(settings, pictures.keep(settings, out.getvalue()).sha)) as shown:
        assert (shown.format, shown.size) == ("PNG", (20, 10))


def test_what_was_changed_of_a_picture_comes_with_the_item(tmp_path):
    deep, plain = BytesIO(), BytesIO()
    Image.fromarray(np.arange(1000, 1256, dtype=np.uint16).reshape(16, 16)).save(deep, "PNG")
    Image.new("RGB", (8, 8), "red").save(plain, "JPEG")
    ws = seed.digits(tmp_path, 3, pictures=[deep.getvalue(), plain.getvalue(), b"broken"])
    items = payload(ws, seed.the_spec(ws), ["r0", "r1", "r2"])
    assert [item["caption"] for item in items] == ["16 bit, shown from 1,000 to 1,255", "", ""]
    assert [item["sha"] is None for item in items] == [False, False, True]
    ws.engine.dispose()


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n broken"])
def test_what_is_no_picture_is_refused(tmp_path, data):
    with pytest.raises(UnreadableFile):
        pictures.keep(Settings(home=tmp_path), data)
    assert not (tmp_path / "items").exists()
