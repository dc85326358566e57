"""After a promotion: the same recipe on all labels, its tests, and promoting it in turn."""

import streamlit as st

from core.services.deployment.jobs import Promote
from core.services.experiments.jobs import Refit
from core.services.experiments.refit import RefitView
from pages._retrain import compare_step, proposal
from pages._retrain.steps import State
from pages._shared import job_panel
from pages._shared.page_context import Frame


def show(frame: Frame, state: State) -> None:
    """Offer the refit, or what came of it."""
    champion, made = state.champion, state.refit
    if champion is None or not state.can_refit:
        return
    st.subheader("Refit on all labels", anchor=False)
    name = frame.spec.name
    if made is None or made.version is None:
        st.write(
            f"Version {champion.version} learnt from the labels before the holdout only. The same recipe "
            "with the same parameters can be fitted on all of them; it is tested before it may be promoted."
        )
        if job_panel.button(frame.ws, f"Refit version {champion.version}", Refit, name, key="start_refit"):
            job_panel.start(frame.ws, Refit(model=name, by=frame.person.name))
        return
    passed = "passed its tests" if made.passed else "failed a test and cannot be promoted"
    st.write(f"Version {made.version} is version {made.of} on all labels. It {passed}:")
    compare_step.show_gates(made.gates)
    verb = "Propose" if proposal.asks_for_two(frame) else "Promote"
    able = made.passed and state.proposal is None
    label = f"{verb} version {made.version}"
    if job_panel.button(frame.ws, label, Promote, name, key="open_refit", able=able):
        _dialog(frame, made)


@st.dialog("Promote the refit", width="medium")
def _dialog(frame: Frame, made: RefitView) -> None:
    frame.require_still()
    name, second = frame.spec.name, proposal.asks_for_two(frame)
    st.write(f"Version {made.version}, a refit of version {made.of}, takes its place in production.")
    typed = st.text_input(f"Type the model's name: {name}", key="refit_name", live=True, autocomplete="off")
    person = proposal.decider(frame, "refit") if second else frame.person
    label, able = "Propose" if second else "Promote", typed == name and person is not None
    if st.button(label, key="refit_confirm", type="primary", disabled=not able) and person and made.version:
        job = Promote(
            model=name,
            version=made.version,
            compared_with=made.of,
            reason=f"Refit of version {made.of} on all labels",
            typed_name=typed,
            by=person.name,
        )
        job_panel.start(frame.ws, job)
