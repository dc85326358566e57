"""What is live: the version in production, how each deploy target stands with it, the canary beside it."""

from datetime import datetime

import streamlit as st

from core.errors import CaretakerError
from core.messages.markdown import plain
from core.model import Canary
from core.services.deployment import announce
from core.services.deployment import canary as services
from core.services.deployment.jobs import Announce
from core.services.deployment.reasons import OVERRIDES
from core.services.deployment.views import DeploymentView, TargetView
from core.services.onboarding.adjust import adjust
from core.tables import dates
from pages._retrain import proposal
from pages._shared import job_panel
from pages._shared.page_context import Frame

WORDS = {
    "live": (":material/check_circle:", "live since"),
    "waiting": (":material/hourglass_top:", "not confirmed yet, last tried"),
    "failed": (":material/error:", "failed"),
}
SHARES = (0.01, 0.05, 0.1, 0.25, services.MOST)
OF_EVERY = 10.0  # seconds between two looks while a target has not confirmed


def show(frame: Frame, change: DeploymentView, targets: list[TargetView]) -> None:
    """That the version was promoted, and whether it is live: only targets can confirm that."""
    waiting = [target for target in targets if target.state != "live"]
    override = f", by override ({OVERRIDES[change.override]})" if change.override else ""
    approved = f", approved by {plain(change.approved_by)}" if change.approved_by else ""
    began = max((target.at for target in targets), default=change.at)
    sentence = (
        f"**Version {change.version} is promoted, but not confirmed live.** Promoted on "
        f"{dates.minute(change.at)} "
        if waiting
        else f"**Version {change.version} is live since {dates.minute(began)}.** Promoted "
    )
    place = f"in place of version {change.previous}: {plain(change.reason)}"
    beside = f"{approved}{override}," if approved or override else ""
    what = f"by {plain(change.person)}{beside} {place}"
    with st.container(key="promoted"):
        if waiting:
            st.warning(sentence + what, icon=":material/hourglass_top:")
        else:
            st.success(sentence + what, icon=":material/check_circle:")
    if not targets:
        st.write(
            "The registry has confirmed it as the champion: programs that ask for the champion get it. No "
            "deploy target is told, so nobody else confirms it."
        )
        return
    _draw_targets(frame, targets)


def _draw_targets(frame: Frame, targets: list[TargetView]) -> None:
    for target in targets:
        icon, words = WORDS[target.state]
        tries = f" Tried {target.attempts} times." if target.attempts > 1 else ""
        again = f" Next try at {dates.minute(target.next_at)}." if target.next_at and target.attempts else ""
        when = "not told yet" if not target.attempts else f"{words} {dates.minute(target.at)}"
        st.markdown(f"{icon} **{plain(target.target)}**: {when}. {plain(target.message)}{tries}{again}")
    if all(target.state == "live" for target in targets):
        return
    name = frame.spec.name
    if job_panel.button(frame.ws, "Tell them again now", Announce, name, key="tell_again"):
        job_panel.start(frame.ws, Announce(model=name, by=frame.person.name))
    st.fragment(_look_again, run_every=OF_EVERY)(frame, targets)


def _look_again(frame: Frame, before: list[TargetView]) -> None:
    """Draw the page anew as soon as a target stands otherwise."""
    if [target.state for target in announce.targets_of(frame.ws, frame.spec.name)] != [
        t.state for t in before
    ]:
        st.rerun()


def show_canary(frame: Frame, challenger: str | None) -> None:
    """The version that answers a share of the ids, or the offer to let the compared challenger do so."""
    canary = services.of_model(frame.ws, frame.spec.name)
    if canary is None and (challenger is None or proposal.asks_for_two(frame)):
        return
    st.subheader("Canary", anchor=False)
    if canary is not None:
        since = dates.minute(datetime.fromisoformat(canary["since"]))
        st.write(
            f"Version {canary['version']} answers {100 * canary['share']:g} % of the ids, always the same "
            f"ones (by a hash of the id). Set by {canary['by']} on {since}; it ends with the next promotion "
            "or rollback."
        )
    version = canary["version"] if canary is not None else challenger
    with st.container(horizontal=True, vertical_alignment="bottom", key="canary"):
        share = st.selectbox(
            "Share of the ids", SHARES, format_func=lambda one: f"{100 * one:g} %", key="canary_share"
        )
        if st.button(f"Let version {version} answer them", key="set_canary") and version is not None:
            _set_canary(frame, Canary(version, share))
        if canary is not None and st.button("End the canary", key="end_canary"):
            _set_canary(frame, None)


def _set_canary(frame: Frame, wish: Canary | None) -> None:
    try:
        adjust(frame.ws, frame.spec.name, frame.person.name, canary=wish)
    except CaretakerError as error:
        st.error(plain(f"{error.message} {error.hint}"), icon=":material/error:")
        return
    st.rerun()
