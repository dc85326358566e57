"""Steps 1 and 2 of the wizard: the frozen labels, and the recipes that are tried on them."""

import streamlit as st

from core.charts.report.parts import number_cell
from core.health.performance import format_number
from core.messages.markdown import plain
from core.services.annotation import revise
from core.services.experiments import new_since_champion, retrain
from core.services.experiments.jobs import Retrain
from core.services.experiments.new_since_champion import Since
from core.services.experiments.recipes import own_recipes
from core.services.experiments.recipes.titles import AS_CHAMPION, title
from core.tables import dates
from core.training.recipes import recipes_for
from pages._retrain import leaderboard, search_panel
from pages._retrain.steps import State
from pages._shared import job_panel, toasts
from pages._shared.page_context import Frame


def data(frame: Frame, state: State) -> None:
    """What came since the champion learnt, and the labels that are frozen for the experiments."""
    news = new_since_champion.since(frame.ws, frame.spec.name)
    st.html(f'<dl class="ct-metrics">{_news(news, state)}</dl>')
    revision = state.revision
    if revision is None:
        st.write(
            "A revision freezes the labels as they are now: every experiment names it, "
            "so that two of them can be compared."
        )
    else:
        st.markdown(
            f"**Revision {revision.number}** holds {format_number.count(revision.rows, 'labelled row')}, "
            f"{revision.corrections:,} of them corrected by experts. "
            f"Cut {dates.ago(revision.created_at)} by {plain(revision.created_by)}; "
            f"content `{revision.content_hash[:12]}`."
        )
    if news.open:
        st.write("Answers that are given later belong to the next revision.")
    if st.button("Cut a revision", key="cut_revision", type="primary" if revision is None else "secondary"):
        cut = revise.cut(frame.ws, frame.spec.name, frame.person.name)
        same = revision is not None and cut.number == revision.number
        toasts.announce(
            f"Nothing changed since revision {cut.number}." if same else f"Revision {cut.number} is cut."
        )
        st.rerun()


def _news(news: Since, state: State) -> str:
    first = state.champion if state.champion and state.champion.kind == "first" else None
    learnt = "-" if news.learnt is None else f"{news.learnt:,}"
    upto = f"rows before {dates.place(first.data_until)}" if first and first.data_until else "rows"
    trained = upto if news.learnt is not None else "not trained by Caretaker"
    holdout = "chosen with the first experiment"
    if news.holdout:
        holdout = f"frozen: {dates.place(news.holdout[1])} to {dates.place(news.holdout[2])}"
    return "".join(
        (
            number_cell(f"Version {news.version or '-'} learnt from", learnt, trained),
            number_cell("Can be learnt from now", f"{news.labelled:,}", "rows with a final label"),
            number_cell(
                "Corrected by experts", f"{news.corrected:,}", f"labels; {news.known:,} known when it learnt"
            ),
            number_cell("Waiting in Relabel", f"{news.open:,}", "open questions"),
            number_cell("Kept apart to compare", f"{news.holdout[0]:,}" if news.holdout else "-", holdout),
        )
    )


def search(frame: Frame, state: State) -> None:
    """Choose recipes and start; what was tried on this revision is said."""
    titles = {recipe.name: recipe.title for recipe in recipes_for(frame.spec.item, frame.spec.task)}
    titles |= {name: own_recipes.title(name) for name in own_recipes.names(frame.ws.settings)}
    made = retrain.read_champion(frame.ws, frame.spec.name)
    if made:
        titles = {AS_CHAMPION: title(AS_CHAMPION), **titles}
    revision = state.revision
    tried = retrain.tried_recipes(frame.ws, frame.spec.name, revision.id) if revision else set()
    usual = [name for name in retrain.default_recipes(frame.ws, frame.spec.name, made) if name in titles]
    picks = st.pills(
        "Recipes",
        list(titles),
        selection_mode="multi",
        default=None if "recipes" in st.session_state else usual,
        key="recipes",
        format_func=lambda name: f"{titles[name]}{' (tried)' if name in tried else ''}",
    )
    if made:
        st.write(
            f"The champion is: {plain(made.title)}. As the champion repeats that with the labels of now."
        )
    if tried:
        st.write(
            f"{len(tried)} of these {len(titles)} tried on revision {state.revision.number} already: "  # type: ignore[union-attr]
            "looked up, not trained again."
        )
    folds = st.toggle(
        "Cross-validate: six fits in place of one show how good a recipe is without a look at the holdout",
        value=True,
        key="folds",
    )
    name = frame.spec.name
    label = "Train" if not picks else f"Train {len(picks)} recipe{'s' if len(picks) > 1 else ''}"
    first, able = not state.done["search"], bool(picks)
    if job_panel.button(frame.ws, label, Retrain, name, key="start_retrain", first=first, able=able):
        job_panel.start(
            frame.ws, Retrain(model=name, recipes=tuple(picks), folds=folds, by=frame.person.name)
        )
    if job_panel.live(frame.ws, Retrain, name):
        st.write("Training goes on when you close this tab.")
    search_panel.panel(frame)
    if len(state.board):
        st.header("Everything that was trained", anchor=False)
        leaderboard.board(frame.spec, state.board)
