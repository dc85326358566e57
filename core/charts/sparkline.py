"""A sparkline: a picture as small as a word, drawn by hand so that it costs nothing and moves nothing."""

from collections.abc import Sequence
from urllib.parse import quote

WIDTH, HEIGHT, EDGE = 200, 28, 3


def line(series: Sequence[float]) -> str:
    """As HTML; empty when there is no course to draw.

    >>> line([1.0])
    ''
    """
    if len(series) < 2:  # noqa: PLR2004 -- two points make a line
        return ""
    low, high = min(series), max(series)
    step, span = WIDTH / (len(series) - 1), (high - low) or 1.0
    points = " ".join(
        f"{i * step:.1f},{HEIGHT - EDGE - (value - low) / span * (HEIGHT - 2 * EDGE):.1f}"
        for i, value in enumerate(series)
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none">'
        f'<polyline points="{points}" fill="none" stroke="#7A828C" stroke-width="1.5" '
        'vector-effect="non-scaling-stroke"/></svg>'
    )
    return f'<img src="data:image/svg+xml,{quote(drawing)}" alt="course over {len(series)} periods">'
