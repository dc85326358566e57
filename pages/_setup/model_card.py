"""The card Model: where the predictions come from."""

from datetime import date
from typing import Any

import streamlit as st

from core.health.performance import format_number
from core.jobs import client
from core.messages.markdown import plain
from core.services.onboarding.draft import record
from core.services.onboarding.jobs import ListRegistry
from pages._setup import setup_card
from pages._setup.setup_card import Desk
from pages._shared import job_panel

WAYS = {
    "train": "Train the first champion here",
    "registry": "Take a model of the registry",
    "log": "Only watch a log of predictions",
}
CAPTIONS = (
    "The rows before a date, or the first share of them, are learnt from; the later ones become its log.",
    "An MLflow model scores the rows; it stays where it is.",
    "The rows hold the predictions already; retraining comes later.",
)


def fill(desk: Desk) -> None:
    """The three ways, then what the chosen one needs."""
    key = desk.key("way")
    names = list(WAYS)
    way = desk.view.entries.way
    st.radio(
        "Where do the predictions come from?",
        names,
        index=names.index(way) if way else None,
        format_func=WAYS.__getitem__,
        captions=CAPTIONS,
        key=key,
        on_change=desk.keep,
        args=("way", key),
    )
    if way == "train":
        _train(desk)
    elif way == "registry":
        _registry(desk)
    plan = (desk.view.look or {}).get("plan")
    if plan and way:
        _shares(way, plan)
        for sentence in plan.get("told", ()):
            st.write(f":material/info: {plain(sentence)}")
    setup_card.onward(desk, "model")


def _shares(way: str, plan: dict[str, Any]) -> None:
    log = format_number.count(plan["log"], "row")
    if way == "train":
        st.write(f"**{format_number.count(plan['training'], 'row')}** to learn from, **{log}** as its log.")
    else:
        st.write(f"**{log}** as its log.")


def _train(desk: Desk) -> None:
    from core.training.recipes import RECIPES, recipes_for

    look = desk.view.look or {}
    names = [recipe.name for recipe in recipes_for(look.get("item", "record"), look.get("task", "binary"))]
    current = desk.view.entries.recipe or (look.get("plan") or {}).get("recipe")
    key = desk.key("recipe")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Recipe",
            names,
            index=names.index(current) if current in names else 0,
            format_func=lambda name: RECIPES[name].title,
            key=key,
            on_change=desk.keep,
            args=("recipe", key),
            width=320,
        )
        _until(desk, look)


def _until(desk: Desk, look: dict[str, Any]) -> None:
    until = desk.view.entries.train_until
    share = until.replace(".", "", 1).isdigit()
    span = look.get("span")
    if span:
        by = st.segmented_control(
            "Learn from rows",
            ["a share", "before a date"],
            default="a share" if share else "before a date",
            required=True,
            key=desk.key("by"),
        )
        if by == "before a date":
            _date(desk, None if share else until, span)
            return
    key = desk.key("share")
    st.number_input(
        "Share of the rows to learn from (%)",
        min_value=1,
        max_value=100,
        value=round(100 * float(until)) if share else None,
        step=5,
        key=key,
        on_change=_keep_share,
        args=(desk, key),
        width=320,
    )


def _keep_share(desk: Desk, key: str) -> None:
    share = st.session_state[key]
    if share is not None:
        record.save(desk.ws, desk.view.id, train_until=f"{share / 100:g}")


def _date(desk: Desk, until: str | None, span: list[str]) -> None:
    first, last = (date.fromisoformat(moment[:10]) for moment in span)
    middle = first + (last - first) / 2
    key = desk.key("date")
    picked = st.date_input(
        "Learn from rows before",
        date.fromisoformat(until[:10]) if until else middle,
        min_value=first,
        max_value=last,
        key=key,
        width=220,
    )
    if picked and str(picked) != until:
        record.save(desk.ws, desk.view.id, train_until=str(picked))
        st.rerun()


def _registry(desk: Desk) -> None:
    """The versions that a job listed; the champion of each model first."""
    job = job_panel.newest(desk.ws, ListRegistry)
    running = job is not None and job.is_live
    if job is None or st.button("List again", key=desk.key("list"), disabled=running):
        client.submit(desk.ws.settings, ListRegistry(), dedupe="registered")
        st.rerun()
    if running:
        st.fragment(_listing, run_every=job_panel.PACE)(desk)
        return
    if job is not None and job.error:
        setup_card.trouble(job.error["message"], job.error["hint"], "registry_trouble")
        return
    versions = (
        {version["uri"]: version for version in (job.result or {}).get("registered", ())} if job else {}
    )
    if not versions:
        st.write("The registry holds no model yet. Set CARETAKER_MLFLOW_URI to use one of your own.")
        return
    names, key = list(versions), desk.key("uri")
    current = desk.view.entries.model
    st.selectbox(
        "Registered version",
        names,
        index=names.index(current) if current in names else None,
        format_func=lambda uri: _version(versions[uri]),
        placeholder="choose a version",
        key=key,
        on_change=desk.keep,
        args=("model", key),
        width=420,
    )


def _listing(desk: Desk) -> None:
    st.write(":material/hourglass_top: Asking the registry")
    if not job_panel.live(desk.ws, ListRegistry):
        st.rerun()


def _version(version: dict[str, Any]) -> str:
    return f"{version['name']} version {version['version']}{' (champion)' if version['champion'] else ''}"
