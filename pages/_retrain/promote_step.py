"""Step 5 of the wizard: promote, roll back, or keep searching."""

import streamlit as st

from core.messages.markdown import plain
from core.services.deployment import promote as services
from core.services.deployment.evidence import changed_settings
from core.services.deployment.jobs import Promote, Rollback
from core.services.deployment.reasons import OVERRIDES, RULES, needs_override, says_something
from core.tables import dates
from pages._retrain import compare_step, guard_part, live, proposal, refit_part, steps
from pages._retrain.steps import State
from pages._shared import job_panel, navigation
from pages._shared.page_context import Frame

GO_TO = {"relabel": "relabel", "segment": "health", "data": "setup"}


def promote(frame: Frame, state: State) -> None:
    """The verdict again, and the one button."""
    _show_unsettled(state)
    document, champion = state.document, state.champion
    if state.promoted or document is None:
        by_promotion = champion is not None and champion.kind == "promote"
        if champion and by_promotion:
            live.show(frame, champion, state.targets)
            refit_part.show(frame, state)
            st.write("The next round begins with new labels or a new experiment.")
        if not state.promoted:
            more = "Nothing else" if by_promotion else "Nothing"
            st.write(f"{more} is ready to be promoted: train in step 2 and compare in step 3.")
        return
    compare_step.verdict(document)
    failed = [gate["name"] for gate in document["gates"] if not gate["passed"]]
    blocked = document["verdict"] == "blocked" or bool(failed)
    changed = changed_settings(frame.spec, document)
    if changed:
        blocked = True
        st.write(
            f"It cannot be promoted yet: {' and '.join(changed)} changed after this comparison. "
            "Compare again in step 3, and decide by what that says."
        )
    elif blocked:
        st.write(f"It cannot be promoted: {', '.join(failed) or 'the comparison is blocked'}. See step 4.")
    elif document.get("spent"):
        blocked = True
        st.write(
            "It cannot be promoted: the holdout is used up. Freshen it with the newest labels, "
            "then compare again."
        )
    elif needs_override(document["verdict"]):
        st.write(
            "It is not shown to be better: promoting it is an override, with its kind and a written reason, "
            "which History, Health and the champion's document show for ever."
        )
    elif document["verdict"] != "better":
        st.write("It is not shown to be better: promoting it needs a written reason.")
    verb, name = "Propose" if proposal.asks_for_two(frame) else "Promote", frame.spec.name
    label, blocked = f"{verb} version {document['challenger']}", blocked or state.proposal is not None
    if job_panel.button(frame.ws, label, Promote, name, key="open_promote", first=True, able=not blocked):
        _dialog(frame, state)


def _show_unsettled(state: State) -> None:
    """A change of the champion that is not confirmed, or that came to nothing."""
    change = state.newest
    if change is None or change.state in {"done", "proposed"}:
        return
    what = f"to version {change.version}, asked for on {dates.minute(change.at)} by {change.person}"
    endings = {
        "refused": "was refused",
        "declined": f"was declined by {change.approved_by}: {change.decision}",
        "lapsed": f"has lapsed: {change.decision}",
    }
    with st.container(key="unsettled"):
        if change.state in endings:
            ending = f"{endings[change.state].rstrip('.')}."
            st.warning(f"**The change {what}, {ending}** Nothing changed.", icon=":material/error:")
        else:
            st.info(
                f"**The change {what}, is not confirmed yet.** It is under way, or was interrupted; then "
                "Caretaker finishes or undoes it at its next start.",
                icon=":material/hourglass_top:",
            )


@st.dialog("Promote", width="medium")
def _dialog(frame: Frame, state: State) -> None:
    frame.require_still()
    document, name, second = state.document, frame.spec.name, proposal.asks_for_two(frame)
    if document is None:
        return
    st.write(
        f"Version {document['challenger']} takes the place of version {document['champion']} in production"
        f"{', once another person has approved it' if second else ''}."
    )
    st.markdown(f"**Expected effect.** {compare_step.effect(document)}")
    if document["verdict"] != "better":
        st.write(plain(document["sentence"]))
    typed = st.text_input(f"Type the model's name: {name}", key="promote_name", live=True, autocomplete="off")
    override = _override() if needs_override(document["verdict"]) else None
    reason = (st.text_input("Reason", key="promote_reason", live=True) or "").strip()
    undecided = needs_override(document["verdict"]) and override is None
    _show_reason_rule()
    person = proposal.decider(frame, "promote") if second else frame.person
    ready = typed == name and says_something(reason) and not undecided and person is not None
    label = "Propose" if second else "Promote"
    if st.button(label, key="promote_confirm", type="primary", disabled=not ready) and person:
        job = Promote(
            model=name,
            version=document["challenger"],
            compared_with=document["champion"],
            reason=reason,
            override=override,
            typed_name=typed,
            by=person.name,
        )
        job_panel.start(frame.ws, job)


def _override() -> str | None:
    """What makes a version worth having that is not shown to be better."""
    return st.selectbox(
        "Override: what makes it worth having",
        list(OVERRIDES),
        index=None,
        key="promote_override",
        format_func=lambda kind: OVERRIDES[kind].capitalize(),
        placeholder="choose",
    )


def _show_reason_rule() -> None:
    st.write(
        f"The reason needs at least {RULES.letters} letters and must say something; it stands in History."
    )


def rollback(frame: Frame, state: State) -> None:
    """Back to the version before."""
    st.header("In production", anchor=False)
    champion = state.champion
    if champion is None:
        st.write("No version is in production yet.")
        return
    st.write(
        f"Version {champion.version}, since {dates.day(champion.at)} by {champion.person}: {champion.reason}"
    )
    guard_part.show(frame)
    compared = state.document is not None and state.promoted is None
    live.show_canary(frame, state.challenger if compared else None)
    standing = services.standing([(deployment.kind, deployment.version) for deployment in state.deployments])
    if len(standing) < 2:  # noqa: PLR2004 -- the present and an earlier one
        return
    label, name, icon = f"Undo: back to version {standing[-2]}", frame.spec.name, ":material/undo:"
    if job_panel.button(frame.ws, label, Rollback, name, key="roll_back", icon=icon):
        _rollback_dialog(frame, champion.version, standing[-2])


@st.dialog("Roll back", width="medium")
def _rollback_dialog(frame: Frame, version: str, previous: str) -> None:
    frame.require_still()
    st.write(f"Version {previous} takes the place of version {version} in production.")
    reason = (st.text_input("Reason", key="rollback_reason", live=True) or "").strip()
    _show_reason_rule()
    able = says_something(reason)
    if st.button("Roll back", key="rollback_confirm", type="primary", disabled=not able):
        job_panel.start(
            frame.ws, Rollback(model=frame.spec.name, reason=reason, replaces=version, by=frame.person.name)
        )


def next_experiments(state: State) -> None:
    """No, keep searching: ranked ideas, each with the page that does it."""
    st.header("No, keep searching", anchor=False)
    if state.document is None:
        what = f"a comparison of version {state.challenger}" if state.challenger else "the first comparison"
        st.write(f"After {what} you will see here, ranked, what to try next.")
        return
    for number, idea in enumerate(state.document["ideas"], 1):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{number}. {plain(idea['sentence'])}", width="stretch")
            if idea["act"] == "recipe":
                st.button("Try it", key=f"try_{idea['detail']}", on_click=_try, args=(idea["detail"],))
            elif idea["act"] in GO_TO:
                navigation.link(GO_TO[idea["act"]], f"Open {GO_TO[idea['act']].capitalize()}")


def _try(recipe: str) -> None:
    steps.go("search")
    st.session_state["recipes"] = [recipe]
