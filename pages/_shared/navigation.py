"""The way around: one row with all pages under Watch - Fix - Improve - Record.

Streamlit's own top navigation hides the pages behind a menu for each section, and on a phone it becomes a
list that screen readers cannot read; here each page is one click away, on narrow screens in a second row.
"""

from base64 import b64encode
from pathlib import Path

import streamlit as st

from core.access import Person
from pages._shared import status_mark, visitor

OVERVIEW = "overview"
"""The page of many models: with one model it would say what Health says."""
PAGES = (
    ("Watch", OVERVIEW, ":material/list:", "stakeholder"),
    ("Watch", "health", ":material/monitor_heart:", "stakeholder"),
    ("Fix", "suspects", ":material/troubleshoot:", "expert"),
    ("Fix", "relabel", ":material/label:", "expert"),
    ("Improve", "retrain", ":material/model_training:", "engineer"),
    ("Improve", "experiments", ":material/experiment:", "engineer"),
    ("Record", "history", ":material/history:", "stakeholder"),
    ("Record", "setup", ":material/tune:", "engineer"),
)

Sections = dict[str, list[st.Page]]


def sections(person: Person, *, many: bool) -> Sections:
    """All pages by section; one that the person may not see is hidden and says so when it is opened.

    Args:
        person: who is there.
        many: whether there are models to give an overview of.
    """
    sections: Sections = {}
    for section, name, icon, role in PAGES:
        allowed = person.has_anywhere(role)
        page = st.Page(
            f"{name}.py" if allowed else visitor.show_denied,
            title=name.capitalize(),
            icon=icon,
            url_path=name,
            visibility="visible" if allowed and (many or name != OVERVIEW) else "hidden",
        )
        sections.setdefault(section, []).append(page)
    sections["Watch"].append(_root(person, many=many and "model" not in st.query_params))
    return sections


def _root(person: Person, *, many: bool) -> st.Page:
    """What the bare address shows in place; leading on from there would end a browser's way back in it.

    With one model, or where the address names one, that is Health: nothing lies between a person and the
    answer. With many it is the overview, since nobody knows which of them is meant.
    """
    name = OVERVIEW if many else "health"
    source = f"{name}.py" if person.has_anywhere("stakeholder") else visitor.show_denied
    return st.Page(source, title=name.capitalize(), url_path="home", default=True, visibility="hidden")


def link(name: str, label: str, icon: str = ":material/arrow_forward:", model: str | None = None) -> None:
    """A link to another page of the same model, or of the one that is named, for those who may see that page.

    Links and no buttons: Streamlit refuses to switch pages by a button while a widget is bound to the URL.
    """
    person = visitor.current()
    if any(page == name and person.has_anywhere(role) for _, page, _, role in PAGES):
        of_model = None if model is None else {"model": model}
        st.page_link(f"{name}.py", label=label, icon=icon, query_params=of_model)


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
        with st.popover("?", key="legend"):
            st.html(status_mark.LEGEND)
        visitor.show_account()
