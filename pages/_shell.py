"""The script behind every page: who is there, the navigation, the header strip, then the page itself."""

from pathlib import Path

import streamlit as st

from pages import _frame, _person

STATIC = Path(__file__).parent / "static"
PAGES = (
    ("Watch", "health.py", "Health", ":material/monitor_heart:", "stakeholder"),
    ("Fix", "suspects.py", "Suspects", ":material/troubleshoot:", "expert"),
    ("Fix", "relabel.py", "Relabel", ":material/label:", "expert"),
    ("Improve", "retrain.py", "Retrain", ":material/model_training:", "engineer"),
    ("Improve", "experiments.py", "Experiments", ":material/experiment:", "engineer"),
    ("Record", "history.py", "History", ":material/history:", "stakeholder"),
    ("Record", "setup.py", "Setup", ":material/tune:", "engineer"),
)

st.set_page_config(page_title="Caretaker", page_icon=STATIC / "favicon.svg", layout="wide")
st.html(STATIC / "caretaker.css")
st.logo(STATIC / "logo.svg", size="medium", icon_image=STATIC / "favicon.svg")

person = _person.current()
sections: dict[str, list[st.Page]] = {}
for section, file, title, icon, role in PAGES:
    allowed = role in person.roles
    sections.setdefault(section, []).append(
        st.Page(
            file if allowed else _person.denied,
            title=title,
            icon=icon,
            url_path=file.removesuffix(".py"),
            default=title == "Health" and allowed,
            visibility="visible" if allowed else "hidden",
        )
    )

page = st.navigation(sections, position="top")
_frame.header(page.title)
page.run()
