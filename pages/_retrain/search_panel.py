"""The search of step 2: its minutes, how it stands while it runs, and what it came to."""

from typing import Any

import streamlit as st

from core.errors import CaretakerError
from core.health.performance import format_number
from core.messages.markdown import plain
from core.services.experiments.jobs import Join, Search
from core.services.experiments.joins import views
from core.services.experiments.joins.remove import remove
from core.services.experiments.joins.views import JoinedView
from core.services.experiments.search import next_steps, search_views
from core.services.experiments.search.search_views import SearchLine, SearchState
from core.services.onboarding.draft.read_upload import require_allowed
from core.stats.measures.table import metric_named
from core.training.encoders.encoder import missing_note
from pages._shared import job_panel, navigation, visitor
from pages._shared.page_context import Frame

PARTS = {
    "models": "Models and their parameters",
    "features": "Columns",
    "sources": "Joined sources",
    "data": "Rows to learn from",
    "questions": "What would help",
}
USUAL = ["models", "features", "sources", "data"]
SEARCHES = {"search": tuple(USUAL), "questions": ("questions",)}
LINKS = {"relabel": "relabel", "suspects": "suspects", "data": "setup"}
QUICK_MINUTES = 10.0
STATES = {
    "running": "running",
    "scored": "judged",
    "trained": "finalist",
    "stopped": "stopped early",
    "failed": "failed",
    "cancelled": "not finished",
}
SHOWN = 200
STOPPED = "Its first rows were predicted worse than by the best one beyond chance."


def panel(frame: Frame) -> None:
    """Minutes, what may change, the button; below, how the newest search stands."""
    st.header("Search", anchor=False)
    st.write(
        "One experiment after another on the newest labelled rows, each judged by models of what was "
        "before them. What was tried is never tried again; only the finalists see the holdout."
    )
    if (advice := search_views.advice(frame.ws, frame.spec.name)) is not None:
        st.info(advice, icon=":material/lightbulb:")
    if (note := missing_note(frame.spec.item)) is not None:
        st.caption(note)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        minutes = st.number_input("Minutes", 1, 600, 10, key="search_minutes", width=120)
        parts = st.pills(
            "What may change",
            list(PARTS),
            selection_mode="multi",
            default=None if "search_parts" in st.session_state else USUAL,
            key="search_parts",
            format_func=PARTS.__getitem__,
        )
        name = frame.spec.name
        label = f"Search for {minutes} minute{'s' if minutes > 1 else ''}"
        if job_panel.button(frame.ws, label, Search, name, key="start_search", able=bool(parts)):
            job = Search(model=name, minutes=float(minutes), parts=tuple(parts), by=frame.person.name)
            job_panel.start(frame.ws, job)
    _joined_sources(frame)
    running = bool(job_panel.live(frame.ws, Search, name))
    st.fragment(_standing, run_every=2 * job_panel.PACE if running else None)(frame)


def _joined_sources(frame: Frame) -> None:
    """The joined sources with what was left out of them, and the form that joins one."""
    if frame.spec.item != "record":
        return
    sources = views.list_joined(frame.ws, frame.spec.name)
    if sources:
        st.dataframe(
            [_source_cells(view) for view in sources],
            alt="Joined sources, whose columns a search tries",
            key="joined",
            hide_index=True,
        )
    for view in sources:
        name = view.source.name
        if st.button(f"Remove {name}", key=f"remove_joined_{name}"):
            remove(frame.ws, frame.spec.name, name, frame.person.name)
            st.rerun()
    if st.toggle("Join a source: columns that the log does not have", key="join_more"):
        _join(frame)


def _source_cells(view: JoinedView) -> dict[str, str]:
    source = view.source
    least = min(view.coverage, key=lambda one: one[2] / one[1], default=None)
    return {
        "Source": source.name,
        "Columns": ", ".join(source.columns),
        "By": f"{source.key} = {source.on}",
        "As of": source.time or "always",
        "Rows known": f"{100 * source.share:.1f} %",
        "Fewest": f"{100 * least[2] / least[1]:.1f} % in {least[0]}" if least else "",
        "Left out": "; ".join(f"{column}: {why}" for column, why in view.left_out),
    }


def _join(frame: Frame) -> None:
    name = frame.spec.name
    with st.form(key="new_joined", border=False):
        address = st.text_input(
            "File, s3://bucket/key or sql:CONNECTION/TABLE", placeholder="/data/weather.csv"
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            key = st.text_input("Column of its keys", width=200)
            on = st.selectbox("Holds the keys of", views.columns_to_join(frame.ws, name), width=200)
            time = st.text_input("Column: known since (empty: always)", width=260)
        if not st.form_submit_button("Join it", disabled=job_panel.is_busy(frame.ws, Join, name)):
            return
    try:
        require_allowed(frame.ws.settings, address.strip(), signed_in=visitor.signing_in())
    except CaretakerError as error:
        st.error(plain(f"{error.message} {error.hint}"), icon=":material/error:")
        return
    job = Join(
        model=name,
        by=frame.person.name,
        address=address.strip(),
        key=key.strip(),
        on=on,
        time=time.strip() or None,
    )
    job_panel.start(frame.ws, job)


def _standing(frame: Frame) -> None:
    jobs = job_panel.live(frame.ws, Search, frame.spec.name)
    state = search_views.state(frame.ws, frame.spec.name)
    if jobs:
        st.write("Searching goes on when you close this tab. Stop keeps every result.")
        label = "Finish with what there is"
        if state.best and st.button(label, key="finish_search", help="Fit and register the finalists now."):
            search_views.finish(frame.ws, jobs[0].id)
            st.toast("The finalists are fitted next.", icon=":material/check:")
    if state.lines:
        _summary(frame, state)
        lines = [_cells(frame, line) for line in state.lines[:SHOWN]]
        st.dataframe(lines, alt="Experiments of the search, best first", key="search_board", hide_index=True)


def _summary(frame: Frame, state: SearchState) -> None:
    known = sum(not line.mine for line in state.lines)
    words = f"{format_number.count(state.tried, 'experiment')} tried"
    words += f", {known:,} known from earlier searches on the same rows" if known else ""
    if state.best is not None:
        value = _value(frame, state.best)
        words += (
            f". Best so far: **{plain(state.best.what)}**, {metric_named(frame.spec.metric).title} {value}"
        )
    st.markdown(f"{words}.")


def _value(frame: Frame, line: SearchLine) -> str:
    if line.value is None or line.low is None or line.high is None:
        return "-"
    return format_number.with_interval(line.value, line.low, line.high, metric=frame.spec.metric)


def _cells(frame: Frame, line: SearchLine) -> dict[str, Any]:
    effect = format_number.with_interval(*line.effect, metric="") if line.effect else ""
    return {
        "Experiment": line.what,
        "State": STATES[line.status] if line.mine else f"tried before: {STATES[line.status]}",
        f"{metric_named(frame.spec.metric).title}, out of fold": _value(frame, line),
        "Gain on what it changes": effect,
        "Version": line.version or "",
        "Took": format_number.duration(line.seconds) if line.seconds is not None else "",
        "Why": STOPPED if line.status == "stopped" else line.error or "",
    }


def journey(frame: Frame) -> None:
    """What the newest search tells of the next step, most gained for each minute first; one click each."""
    name = frame.spec.name
    for number, step in enumerate(next_steps.next_steps(frame.ws, name), 1):
        with st.container(horizontal=True, vertical_alignment="center", key=f"journey_{number}"):
            minutes = f" About {step.gain.minutes:.0f} min." if step.gain and step.gain.minutes >= 1 else ""
            st.markdown(f"{plain(step.sentence)}{minutes}", width="stretch")
            if step.act in SEARCHES:
                parts, key = SEARCHES[step.act], f"journey_{step.act}_{number}"
                if job_panel.button(frame.ws, "Search", Search, name, key=key):
                    job = Search(model=name, minutes=QUICK_MINUTES, parts=parts, by=frame.person.name)
                    job_panel.start(frame.ws, job)
            elif step.act in LINKS:
                navigation.link(LINKS[step.act], f"Open {LINKS[step.act].capitalize()}")
