"""The dossier: made by a job, taken away from here."""

import streamlit as st

from core.services.operations.dossier.make import known_versions, made_dossiers
from core.services.operations.jobs import Dossier
from core.tables import dates
from pages._shared import job_panel
from pages._shared.page_context import Frame

LISTED = 5


def show(frame: Frame) -> None:
    """Which version, the button, and the newest files."""
    st.header("Dossier", anchor=False)
    st.write(
        "Everything an auditor asks about a version, as one signed file: who, when, on what evidence, which "
        "labels, what was known, what else was tried. The log is computed anew for it."
    )
    versions = known_versions(frame.ws, frame.spec.name)
    with st.container(horizontal=True, vertical_alignment="bottom", key="dossier_tools"):
        version = st.selectbox("Version", versions, key="dossier_version", width=160)
        if job_panel.button(frame.ws, "Make the dossier", Dossier, frame.spec.name, key="make_dossier"):
            job = Dossier(model=frame.spec.name, by=frame.person.name, version=version)
            job_panel.start(frame.ws, job)
    for number, made in enumerate(made_dossiers(frame.ws.settings, frame.spec.name)[:LISTED]):
        st.download_button(
            f"Version {made.version}, {dates.minute(made.at)}",
            made.path.read_bytes,
            made.path.name,
            "application/zip",
            key=f"dossier_{number}",
            on_click="ignore",
            icon=":material/download:",
        )
