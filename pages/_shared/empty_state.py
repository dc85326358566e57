"""Empty pages: one sentence on what will be here, and the one button that makes it so."""

import streamlit as st

from core.access import Person
from core.jobs.job import Job, ModelJob
from core.services.onboarding import connect_model, first_run
from core.services.onboarding.jobs import Demo
from core.store.workspace import Workspace
from pages._shared import job_panel, navigation


def no_model(ws: Workspace, person: Person) -> None:
    """No model is connected, or none that this person sees; on a fresh home the demo comes by itself."""
    if not person.roles:
        st.info("Your account has no role yet. Ask the engineer who set up Caretaker to add one.")
        return
    if job_panel.live(ws, Demo) or first_run.pending(ws):
        st.info(
            "The demo is being prepared: two models, their data, a first check. This page fills by itself.",
            icon=":material/hourglass_top:",
        )
        st.fragment(_wait, run_every=job_panel.PACE)(ws)
        return
    if "engineer" not in person.roles:
        st.info("No model is here for you yet: an engineer connects one, or adds your account to it.")
        return
    state(
        ws,
        Demo(),
        "Here you will see how your models are. Start with the demo, or connect your own in Setup.",
        button="Use the demo",
    )
    navigation.link("setup", "Connect a model in Setup", ":material/tune:")


def _wait(ws: Workspace) -> None:
    """Until the strip at the top shows the job, look for it."""
    if connect_model.list_models(ws) or not (first_run.pending(ws) or job_panel.live(ws, Demo)):
        st.rerun()
    if job_panel.live(ws, Demo) and not st.session_state.get("watched"):
        st.rerun()


def state(ws: Workspace, job: Job, sentence: str, *, button: str) -> None:
    """The sentence, and the button that submits the job; why the last one failed is said above."""
    name, model = job.declaration.name, job.model if isinstance(job, ModelJob) else ""
    with st.container(border=True, key=f"empty_{name}"):
        st.write(sentence)
        if job_panel.button(ws, button, type(job), model, key=f"start_{name}", first=True):
            job_panel.start(ws, job)
