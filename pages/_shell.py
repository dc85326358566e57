"""The script behind every page: who is there, the way around, the header strip, then the page itself."""

from pathlib import Path

import streamlit as st

from pages._shared import navigation, page_context, page_header, toasts, visitor

STATIC = Path(__file__).parent / "static"

st.set_page_config(page_title="Caretaker", page_icon=STATIC / "favicon.svg", layout="wide")

person = visitor.current()
ws = page_context.workspace()
sections = navigation.sections(person, many=page_context.count_models(ws, person) > 1)
page = st.navigation(sections, position="hidden")
page_header.remember()
navigation.bar(sections, STATIC / "logo.svg", page)
page_header.draw(ws, page.title, person)
toasts.show()
page.run()
