"""The first screen of Health: the verdict, the four questions, what else was found."""

import streamlit as st

from core.charts.report import parts
from core.health.page import questions
from core.health.report.document import HealthDocument
from pages._shared import status_mark


def draw(document: HealthDocument) -> None:
    """The verdict, then what is said to each question, then what else was found."""
    st.html(status_mark.verdict(document["status"], [questions.lead(document)]) + parts.questions(document))
