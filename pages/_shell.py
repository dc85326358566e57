"""The script behind every page: who is there, the way around, the header strip, then the page itself."""

from pathlib import Path

import streamlit as st

from pages import _frame, _header, _nav, _person

STATIC = Path(__file__).parent / "static"

st.set_page_config(page_title="Caretaker", page_icon=STATIC / "favicon.svg", layout="wide")
st.html(STATIC / "caretaker.css")

person = _person.current()
sections = _nav.sections(person)
page = st.navigation(sections, position="hidden")
ws = _frame.workspace()
_nav.bar(sections, STATIC / "logo.svg", page)
_header.draw(ws, page.title)
page.run()
