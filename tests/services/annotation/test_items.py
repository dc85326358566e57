"""What an expert sees of a row is complete, in the order asked for, and survives what is broken."""

from io import BytesIO

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
        {"name": "nights", "value": "60", "unusual": True, "usual": "1 to 7"},
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
def test_other_formats_become_png_of_a_size_that_a_screen_shows(tmp_path, kind, mode):
    out = BytesIO()
    Image.new(mode, (2000, 100)).save(out, kind)
    settings = Settings(home=tmp_path)
    with Image.open(pictures.find(settings, pictures.keep(settings, out.getvalue()))) as kept:
        assert (kept.format, kept.size) == ("PNG", (1600, 80))


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n broken"])
def test_what_is_no_picture_is_refused(tmp_path, data):
    with pytest.raises(UnreadableFile):
        pictures.keep(Settings(home=tmp_path), data)
    assert not (tmp_path / "items").exists()
