"""One item as a person sees it: the picture, the text, or the record with its unusual values marked."""

from html import escape

import streamlit as st

from core.services.annotation.items import ItemPayload


def draw(item: ItemPayload | None, alt: str, *, size: int = 220) -> None:
    """Draw the item; `alt` says what the picture shows."""
    if item is None:
        st.write("This row is no longer in the data.")
    elif item["sha"]:
        st.html(picture(item["sha"], alt, size))
    elif item["kind"] == "image":
        st.write("This picture cannot be read.")
    elif item["text"] is not None:
        st.text(item["text"])
    else:
        st.html(_record(item))


def picture(sha: str, alt: str, size: int) -> str:
    """As HTML; the size is fixed, so that nothing moves while it loads."""
    return f'<img class="ct-item" src="{address(sha)}" alt="{escape(alt)}" width="{size}" height="{size}">'


def address(sha: str) -> str:
    """Where the picture is served."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' if base else ''}{base}/api/v1/items/{sha}"


def _record(item: ItemPayload) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(cell["name"])}</th><td>{escape(cell["value"])}'
        + (f' <b class="ct-unusual">unusual: mostly {escape(cell["usual"])}</b>' if cell["unusual"] else "")
        + "</td></tr>"
        for cell in item["table"]
    )
    return f'<table class="ct-record"><tbody>{rows}</tbody></table>'
