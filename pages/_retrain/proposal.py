"""A promotion that waits for a second person: what it rests on, approve and decline."""

import streamlit as st

from core.access import Person
from core.errors import AccessError
from core.messages.markdown import plain
from core.services.deployment import proposals
from core.services.deployment.jobs import Approve, Decline
from core.services.deployment.reasons import OVERRIDES, RULES, says_something
from core.services.deployment.views import ProposalView
from core.tables import dates
from pages._shared import job_panel, visitor
from pages._shared.page_context import Frame

NOT_PROVEN = "Nobody signs in here: everybody can write any name, so names are not proven."


def show(frame: Frame, proposal: ProposalView | None) -> None:
    """The open proposal on every step, for whoever is to decide it."""
    if proposal is None:
        return
    override = f" It is an override: {OVERRIDES[proposal.override]}." if proposal.override else ""
    with st.container(key="proposal"):
        st.info(
            f"**{proposal.person} proposed version {proposal.version} on {dates.minute(proposal.at)}, in "
            f"place of version {proposal.previous}: another person decides.** {proposal.reason}\n\n"
            f"{proposal.sentence}{override}",
            icon=":material/how_to_reg:",
        )
        if proposal.changed:
            st.warning(
                f"**It has lapsed: {' and '.join(proposal.changed)}.** Compare with what is in production "
                "now, and propose it again where it still holds.",
                icon=":material/history:",
            )
            return
        _buttons(frame, proposal)


def _buttons(frame: Frame, proposal: ProposalView) -> None:
    mine = visitor.signing_in() and _trouble(proposal, frame.person) is not None
    with st.container(horizontal=True, vertical_alignment="center"):
        name, label = frame.spec.name, f"Approve version {proposal.version}"
        if job_panel.button(frame.ws, label, Approve, name, key="open_approve", first=True, able=not mine):
            _approve(frame, proposal)
        if job_panel.button(frame.ws, "Decline", Decline, name, key="open_decline"):
            _decline(frame, proposal)
        if mine:
            st.write("You proposed it: another engineer approves it. You can decline it to withdraw it.")


def asks_for_two(frame: Frame) -> bool:
    """Whether this person only proposes what another one decides."""
    return proposals.asks_for_two(frame.ws, frame.spec, frame.person.name)


def decider(frame: Frame, key: str) -> Person | None:
    """Who decides: the person who signed in, else whoever writes a name; None while there is none."""
    if visitor.signing_in():
        return frame.person
    name = (st.text_input("Your name", key=f"{key}_by", live=True, autocomplete="off") or "").strip()
    st.write(NOT_PROVEN)
    return Person(name, frame.person.roles) if name else None


@st.dialog("Approve", width="medium")
def _approve(frame: Frame, proposal: ProposalView) -> None:
    frame.require_still()
    st.write(
        f"Version {proposal.version} takes the place of version {proposal.previous} in production, as "
        f"{plain(proposal.person)} proposed: {plain(proposal.reason)}"
    )
    person = decider(frame, "approve")
    reason = (st.text_input("What you looked at (optional)", key="approve_reason", live=True) or "").strip()
    trouble = _trouble(proposal, person)
    if trouble:
        st.write(trouble)
    able = person is not None and trouble is None
    if st.button("Approve", key="approve_confirm", type="primary", disabled=not able) and person:
        _start(frame, Approve, proposal, person, reason)


@st.dialog("Decline", width="medium")
def _decline(frame: Frame, proposal: ProposalView) -> None:
    frame.require_still()
    st.write(f"Version {proposal.version} is not promoted; version {proposal.previous} stays in production.")
    person = decider(frame, "decline")
    reason = (st.text_input("Reason", key="decline_reason", live=True) or "").strip()
    st.write(f"The reason needs at least {RULES.letters} letters and must say something.")
    able = person is not None and says_something(reason)
    if st.button("Decline", key="decline_confirm", type="primary", disabled=not able) and person:
        _start(frame, Decline, proposal, person, reason)


def _trouble(proposal: ProposalView, person: Person | None) -> str | None:
    """Why this person may not approve it; the job asks the same again."""
    if person is None:
        return None
    try:
        proposals.require_approver(proposal.person, person)
    except AccessError as error:
        return str(error)
    return None


def _start(
    frame: Frame, kind: type[Approve | Decline], proposal: ProposalView, person: Person, reason: str
) -> None:
    job = kind(
        model=frame.spec.name,
        by=person.name,
        roles=tuple(sorted(person.roles)),
        reason=reason,
        proposal=proposal.number,
    )
    job_panel.start(frame.ws, job)
