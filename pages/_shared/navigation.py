"""The way around: one row with all pages under Watch - Fix - Improve - Record.

Streamlit's own top navigation hides the pages behind a menu for each section, and on a phone it becomes a
list that screen readers cannot read; here each page is one click away, on narrow screens in a second row.
"""

from base64 import b64encode
from pathlib import Path

import streamlit as st

from core.access import Person
from pages._shared import visitor

PAGES = (
    ("Watch", "health", ":material/monitor_heart:", "stakeholder"),
    ("Fix", "suspects", ":material/troubleshoot:", "expert"),
    ("Fix", "relabel", ":material/label:", "expert"),
    ("Improve", "retrain", ":material/model_training:", "engineer"),
    ("Improve", "experiments", ":material/experiment:", "engineer"),
    ("Record", "history", ":material/history:", "stakeholder"),
    ("Record", "setup", ":material/tune:", "engineer"),
)

Sections = dict[str, list[st.Page]]


def sections(person: Person) -> Sections:
    """All pages by section; one that the person may not see is hidden and says so when it is opened."""
    sections: Sections = {}
    for section, name, icon, role in PAGES:
        allowed = role in person.roles
        page = st.Page(
            f"{name}.py" if allowed else visitor.show_denied,
            title=name.capitalize(),
            icon=icon,
            url_path=name,
            visibility="visible" if allowed else "hidden",
        )
        sections.setdefault(section, []).append(page)
    sections["Watch"].append(_root(sections["Watch"][0]))
    return sections


def _root(health: st.Page) -> st.Page:
    """Health under the bare address; leading on from there would end a browser's way back in it."""
    source = visitor.show_denied if health.visibility == "hidden" else "health.py"
    return st.Page(source, title=health.title, url_path="home", default=True, visibility="hidden")


def link(name: str, label: str, icon: str = ":material/arrow_forward:") -> None:
    """A link to another page of the same model, for those who may see it.

    Links and no buttons: Streamlit refuses to switch pages by a button while a widget is bound to the URL.
    """
    if any(page == name and role in visitor.current().roles for _, page, _, role in PAGES):
        st.page_link(f"{name}.py", label=label, icon=icon)


def bar(sections: Sections, logo: Path, here: st.Page) -> None:
    """The row at the top of every page; `here` is the one that is shown."""
    with st.container(horizontal=True, vertical_alignment="center", gap=None, key="nav"):
        drawn = b64encode(logo.read_bytes()).decode()
        st.html(
            f'<img class="ct-logo" alt="Caretaker" src="data:image/svg+xml;base64,{drawn}">', width="content"
        )
        for section, pages in sections.items():
            visible = [page for page in pages if page.visibility == "visible"]
            if visible:
                st.html(f'<span class="ct-section">{section}</span>', width="content")
            for page in visible:
                st.page_link(here if here.title == page.title else page, icon="")
