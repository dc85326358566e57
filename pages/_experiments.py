"""Parts of the Experiments page: the journey, what was tried before, what became of each, two compared."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from core.charts.record import journey as journey_chart
from core.charts.record import tried as tried_chart
from core.health.performance import format_number
from core.services.experiments import retrain
from core.services.experiments.journey import difference, outline, tree
from core.services.experiments.recipes.titles import title
from core.stats.measures.table import metric_named
from core.store.workspace import Workspace
from pages._shared import chart_or_table
from pages._shared.page_context import Frame

KEPT = 8  # models, of which the trials are kept as they were read last
SHOWN = 200  # lines; the export of `export --what experiments` has all
NO_VERSION = "-"
NOT_COMPARED = "not compared yet"


@dataclass(frozen=True, slots=True)
class JourneyTables:
    """What the page draws.

    Attributes:
        trials: in order; `board`: best first; `nodes`: of the tree.
        combinations: of models, columns and data; `verdicts`: version -> sentence.
    """

    trials: Any
    board: Any
    nodes: Any
    combinations: Any
    verdicts: dict[str, str]


@st.cache_data(show_spinner=False, max_entries=KEPT)
def read(_ws: Workspace, name: str, position: str) -> JourneyTables:  # noqa: ARG001 -- the key
    """All tables of the page, made again only when something was written since."""
    spec, trials = outline.outline(_ws, name)
    return JourneyTables(
        trials=trials,
        board=retrain.leaderboard_of(spec, trials),
        nodes=tree.branches(trials, metric_named(spec.metric)),
        combinations=tried_chart.cells(trials, spec.metric),
        verdicts=outline.verdicts(_ws, name),
    )


def journey(frame: Frame, nodes: Any) -> None:
    """The tree."""
    metric = frame.spec.metric
    chart_or_table.chart(
        partial(journey_chart.chart, nodes, metric, frame.mode),
        partial(journey_chart.table, nodes),
        alt=journey_chart.title(nodes, metric),
        key="journey",
    )


def combinations(frame: Frame, lines: Any) -> None:
    """The map of what was tried, by family, columns and data."""
    chart_or_table.chart(
        partial(tried_chart.chart, lines, frame.spec.metric, frame.mode),
        lambda: lines,
        alt=tried_chart.title(lines),
        key="tried",
    )


def outcomes(trials: Any, deployed: list[str], verdicts: dict[str, str]) -> None:
    """What became of the versions and of what failed, newest first."""
    ended = trials[trials["version"].notna() | trials["error"].notna()].iloc[::-1]
    st.dataframe(
        [
            {
                "Version": _version(row["version"]),
                "Recipe": row["family"],
                "Outcome": _outcome(row, deployed, verdicts),
            }
            for row in ended.head(SHOWN).to_dict("records")
        ],
        alt="What became of each experiment",
        key="outcomes",
        hide_index=True,
        column_config={
            "Version": st.column_config.TextColumn(width=70),
            "Recipe": st.column_config.TextColumn(width=190),
            "Outcome": st.column_config.TextColumn(width=900),
        },
    )
    if len(ended) > SHOWN:
        st.write(f"The newest {SHOWN} of {len(ended):,}.")


def _outcome(row: dict[str, Any], deployed: list[str], verdicts: dict[str, str]) -> str:
    """What became of a trial; of `deployed`, oldest first, the last one is in production."""
    if row["status"] != "trained":
        return str(row["error"] or row["status"])
    if row["version"] in deployed:
        return "in production" if row["version"] == deployed[-1] else "was in production"
    return verdicts.get(row["version"], NOT_COMPARED)


def two(frame: Frame, board: Any) -> None:
    """The difference of any two of the best, and of all versions."""
    best = board.head(SHOWN)
    lines = {
        int(row["trial"]): _name(row)
        for row in [*best.to_dict("records"), *board[board["version"].notna()].head(SHOWN).to_dict("records")]
    }
    if len(lines) < 2:  # noqa: PLR2004 -- two are compared
        return
    st.header("Difference of two", anchor=False)
    numbers = list(lines)
    with st.container(horizontal=True, key="difference_tools"):
        first = st.selectbox("First", numbers, 1, format_func=lines.__getitem__, key="first_trial")
        second = st.selectbox("Second", numbers, 0, format_func=lines.__getitem__, key="second_trial")
    if first is None or second is None:
        return
    if not difference.are_on_same_rows(frame.ws, frame.spec.name, first, second):
        st.write(
            "They were judged on different rows: their metrics do not say which is better. Compare versions "
            "on the holdout, in Retrain."
        )
    st.dataframe(
        difference.difference(frame.ws, frame.spec.name, first, second),
        alt="What is not the same of the two experiments",
        key="difference",
        hide_index=True,
        height="content",
        column_config={
            "what": st.column_config.TextColumn("What", width=220),
            "first": st.column_config.TextColumn("First", width=420),
            "second": st.column_config.TextColumn("Second", width=420),
        },
    )


def _version(version: Any) -> str:
    """Missing ones are no texts in a table."""
    return version if isinstance(version, str) else NO_VERSION


def _name(row: dict[str, Any]) -> str:
    value = "" if row["value"] != row["value"] else f", {row['value']:.3f}"
    number = _version(row["version"])
    version = "" if number == NO_VERSION else f", version {number}"
    return f"{row['trial']}: {title(row['recipe'])}{version}{value}"


def more(board: Any) -> None:
    """How many lines the leaderboard leaves out."""
    if len(board) > SHOWN:
        total = format_number.count(len(board), "experiment")
        st.write(f"The best {SHOWN} of {total}; `export --what experiments` writes all of them.")
