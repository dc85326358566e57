"""The look: contrasts hold, titles wrap, a finished chart is a valid document."""

import altair as alt
import pandas as pd
import pytest

from core.charts.theme import PALETTE, STATUS_ICON, TITLE_LETTERS, finish
from core.health.status import STATUS_WORD


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_and_marks_have_enough_contrast(mode):
    palette = PALETTE[mode]
    for colour in (palette.ink, palette.quiet, palette.accent, *palette.series):
        assert _contrast(colour, palette.ground) >= 4.5, colour
    for colour in palette.status.values():
        assert _contrast(colour, palette.ground) >= 3, colour


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_status_has_a_word_and_an_icon_of_its_own(mode):
    assert set(PALETTE[mode].status) == set(STATUS_WORD) == set(STATUS_ICON)
    assert len(set(STATUS_ICON.values())) == 4


def test_a_long_finding_wraps_so_that_a_phone_shows_all_of_it():
    chart = alt.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x:Q")
    document = finish(chart, title="word " * 40, subtitle="what is drawn", mode="dark").to_dict()
    assert max(map(len, document["title"]["text"])) <= TITLE_LETTERS
    assert document["background"] == PALETTE["dark"].ground
