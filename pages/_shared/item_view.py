"""One item as a person sees it: the picture, the text, or the record with its unusual values marked."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.annotation.unusual import Cell
from core.services.annotation.items import ItemPayload


def draw(item: ItemPayload | None, alt: str, *, size: int = 220, caption: bool = True) -> None:
    """Draw the item; `alt` says what the picture shows, the caption what was changed of it."""
    if item is None:
        st.write("This row is no longer in the data.")
    elif item["sha"]:
        st.html(picture(item["sha"], alt, size))
        if caption and item["caption"]:
            st.caption(item["caption"])
    elif item["kind"] == "image":
        st.write("This picture cannot be read.")
    elif item["text"] is not None:
        st.html(f'<p class="ct-text" dir="auto">{escape(item["text"])}</p>')
    else:
        st.html(record(item["table"]))


def picture(sha: str, alt: str, size: int) -> str:
    """As HTML; the size is fixed, so that nothing moves while it loads."""
    return f'<img class="ct-item" src="{address(sha)}" alt="{escape(alt)}" width="{size}" height="{size}">'


def address(sha: str) -> str:
    """Where the picture is served."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' if base else ''}{base}/api/v1/items/{sha}"


def record(table: Sequence[Cell]) -> str:
    """As HTML; every name and value has the direction of its own first letter."""
    rows = "".join(
        f'<tr><th scope="row">{_apart(cell["name"])}</th><td>{_apart(cell["value"])}'
        + (f' <b class="ct-unusual">unusual: mostly {_apart(cell["usual"])}</b>' if cell["unusual"] else "")
        + "</td></tr>"
        for cell in table
    )
    return f'<table class="ct-record"><tbody>{rows}</tbody></table>'


def _apart(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>"
