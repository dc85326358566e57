"""Steps 3 and 4 of the wizard: the challenger against the champion, and the computed tests."""

from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from core.charts.experiments import compare as charts
from core.charts.theme import Mode
from core.health.performance import format_number
from core.services.experiments import compare as services
from core.services.experiments.gates.views import GateEntry, NotComputedEntry
from core.services.experiments.jobs import Compare
from core.stats.measures.table import metric_named
from pages._retrain import holdout_part
from pages._retrain.steps import State
from pages._shared import chart_or_table, job_panel, navigation, status_mark
from pages._shared.page_context import Frame

WORDS = {
    "better": ("green", "Better"),
    "small_gain": ("grey", "Better, not by enough"),
    "not_worse": ("grey", "Not worse"),
    "cannot_tell": ("amber", "Cannot tell yet"),
    "worse": ("red", "Worse"),
    "blocked": ("red", "Blocked"),
}
SMALLEST_P = 0.001
MARKS = {"green": "▲", "grey": "●", "amber": "◆", "red": "▼"}


def compare(frame: Frame, state: State) -> None:
    """One sentence, then what got worse, then the numbers."""
    if not state.versions and not state.promoted:
        st.write("There is no challenger yet: train one in step 2.")
        return
    if state.versions:
        holdout_part.show(frame, state.budget)
        _start(frame, state)
    if state.document is None:
        st.write("Each comparison is a look at the holdout; every look costs a part of what it can prove.")
        return
    if state.promoted:
        st.write(f"This led to the promotion of version {state.promoted.version}:")
    verdict(state.document)
    if not state.promoted:
        _review(frame, state.document)
    _details(state.document, frame.mode)


def _tell_first(name: str, version: str) -> None:
    """What can be done where nothing is in production here: what is predicted comes with the log."""
    st.write(
        "No version is in production here to compare with: what the model predicts comes with its log. What "
        f"version {version} would have done in its place says a replay:"
    )
    navigation.link("experiments", "Had it gone live earlier, in Experiments", ":material/history:")
    st.write("To put a first version into production, by an override that History shows for ever:")
    st.code(
        f'python -m core promote {name} {version} --override other --reason "..."',
        language="sh",
        wrap_lines=True,
    )


def _start(frame: Frame, state: State) -> None:
    """Which version, and the button; after a promotion none is chosen, as that begins the next round."""
    name, versions = frame.spec.name, state.versions
    if state.champion is None:
        _tell_first(name, state.challenger or versions[0])
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        challenger = st.selectbox(
            "Challenger version",
            versions,
            index=None if state.promoted else versions.index(state.challenger or versions[0]),
            key="challenger",
            bind="query-params",
            placeholder="another one",
            width=160,
        )
        known = state.document is not None and not state.promoted
        label = "Compare again" if known else "Compare with the champion"
        able = challenger is not None and (state.budget is None or state.budget.lets(challenger))
        if job_panel.button(frame.ws, label, Compare, name, key="start_compare", first=not known, able=able):
            job_panel.start(frame.ws, Compare(model=name, challenger=challenger, by=frame.person.name))


def verdict(document: Any) -> None:
    """The verdict block."""
    colour, word = WORDS[document["verdict"]]
    st.html(
        f'<section class="ct-verdict ct-edge-{colour}"><span class="ct-chip ct-{colour}">'
        f'<span aria-hidden="true">{MARKS[colour]}</span> {word}</span>'
        f"<p>{escape(document['sentence'])}</p></section>"
    )
    st.write(
        f"Look {document['look']} at this holdout, at level {document['alpha']:.3g}. The models "
        f"{_apart(document)} {format_number.count(document['disagreements'], 'row')}, "
        f"{document['reviewed']:,} of them reviewed by experts.{_by_rows(document)}"
    )


def _by_rows(document: Any) -> str:
    """That rows were tested and stand alone; where they do not, the verdict says so itself."""
    why = document.get("dependence")
    if why is None or why["kind"] != "rows" or why["p"] is None:
        return ""
    p = f"{why['p']:.2f}"
    return f" Their differences do not hang together in time (p = {p}): every row counts by itself."


def _apart(document: Any) -> str:
    if metric_named(document["metric"]).of_numbers:
        return "are farther apart than the champion's mean error on"
    return "disagree on"


def effect(document: Any) -> str:
    """What is expected of the challenger: the difference with its interval, and what it rests on."""
    metric = document["metric"]
    difference = document["corrected"][metric]
    sure = round(100 * (1 - 2 * document["alpha"]), 1)
    half = (difference["high"] - difference["low"]) / 2
    before, after = (
        format_number.brief(difference[side], difference[side] - half, difference[side] + half, metric=metric)
        for side in ("champion", "challenger")
    )
    gain = format_number.with_interval(
        difference["difference"], difference["low"], difference["high"], metric=metric
    )
    return (
        f"{document['metric_label']} {before} → {after}, a difference of {gain}: {sure:g} % interval, "
        f"measured on {format_number.count(document['holdout']['rows'], 'row')} "
        "that neither has learnt from."
    )


def _review(frame: Frame, document: Any) -> None:
    """Relabelling only the disagreements gives the difference of a fully relabelled holdout."""
    review, waiting = document.get("review"), document["disagreements"] - document["reviewed"]
    if review is not None:
        words, evidence = escape(review["sentence"]), _bar(review)
        st.html(f'<section class="ct-verdict"><p>{words}</p>{evidence}</section>')
        if review["verdict"] != "open":
            _stop(frame, document["challenger"])
            return
    label = f"Send {format_number.count(waiting, 'disagreement')} to Relabel"
    if waiting and st.button(label, key="send_disagreements"):
        challenger, by = document["challenger"], frame.person.name
        sent = services.send_disagreements(frame.ws, frame.spec.name, challenger, by=by)
        st.toast(format_number.queue_size(sent), icon=":material/check:")


def _bar(review: Any) -> str:
    left = 0 if review["verdict"] != "open" else review.get("left")
    return status_mark.evidence_bar(review["progress"], status_mark.WORSE_BETTER, left)


def _stop(frame: Frame, challenger: str) -> None:
    """It is decided: nobody need look at the rest."""
    if st.button("Withdraw what nobody has reviewed", key="stop_reviewing"):
        services.stop_reviewing(frame.ws, frame.spec.name, challenger, by=frame.person.name)
        st.toast("Withdrawn: experts are not asked any more.", icon=":material/check:")


def _details(document: Any, mode: Mode) -> None:
    chart_or_table.chart(
        partial(charts.differences, document, mode),
        partial(charts.differences_table, document),
        alt=document["sentence"],
        key="differences",
    )
    flips = document["flips"]
    st.write(_flips(flips, numbers=metric_named(document["metric"]).of_numbers))
    st.header("All metrics", anchor=False)
    rows = [
        _metric(kind, name, m)
        for kind in ("given", "corrected")
        for name, m in (document[kind] or {}).items()
    ]
    st.dataframe(rows, alt="Metrics of both versions on the holdout", hide_index=True, key="compare_metrics")


def _flips(flips: dict[str, int], *, numbers: bool) -> str:
    """Which records the challenger repairs and breaks; of numbers, where it is closer and farther."""
    fixed, broken, neutral = format_number.count(flips["fixed"], "row"), flips["broken"], flips["neutral"]
    if numbers:
        return (
            f"The challenger comes closer to {fixed}, stays farther from {broken:,}, "
            f"and is about as close to {neutral:,}."
        )
    return f"The challenger repairs {fixed}, breaks {broken:,}, and errs differently on {neutral:,}."


def _metric(kind: str, name: str, m: Any) -> dict[str, str]:
    places = format_number.decimals(m["low"], m["high"])
    return {
        "Labels": kind,
        "Metric": metric_named(name).title,
        "Champion": f"{m['champion']:,.{places}f}",
        "Challenger": f"{m['challenger']:,.{places}f}",
        "Gain": format_number.with_interval(m["difference"], m["low"], m["high"], metric=""),
        "p": f"{m['p']:.3f}" if m["p"] >= SMALLEST_P else f"< {SMALLEST_P}",
    }


def test(state: State) -> None:
    """The tests before a promotion: all computed, none ticked by hand."""
    if state.document is None:
        st.write("The tests are computed together with the comparison: compare in step 3.")
        return
    gates = state.document["gates"]
    passed = sum(gate["passed"] for gate in gates)
    st.write(
        f"{passed} of {format_number.count(len(gates), 'test')} passed; "
        "all are computed, none is ticked by hand."
    )
    show_gates(gates)
    _show_not_computed(state.document.get("not_computed", []))


def show_gates(gates: Sequence[GateEntry]) -> None:
    """Tests with what was seen, each passed or failed."""
    st.html(f'<ul class="ct-gates">{"".join(map(_gate, gates))}</ul>')


def _show_not_computed(tests: Sequence[NotComputedEntry]) -> None:
    """Tests that say nothing, for or against."""
    if tests:
        st.write("Not computed, so neither passed nor failed:")
        st.html(f'<ul class="ct-gates">{"".join(map(_not_computed, tests))}</ul>')


def _not_computed(test: NotComputedEntry) -> str:
    return _line("ct-open", "○ Open", test["name"], "", test["why"])


def _gate(gate: GateEntry) -> str:
    kind, word = ("ct-pass", "✓ Passed") if gate["passed"] else ("ct-fail", "✕ Failed")
    if gate.get("warns"):
        kind, word = "ct-warn", "△ Warning"
    figure, limit = gate.get("figure", ""), gate.get("limit", "")
    measured = f"{figure} (limit {limit})" if limit else figure
    return _line(kind, word, gate["name"], measured, gate["detail"])


def _line(kind: str, word: str, name: str, measured: str, detail: str) -> str:
    """One test: how it ended, its name, the number that decided, and what was seen."""
    cells = "".join(f"<span>{escape(text)}</span>" for text in (name.capitalize(), measured, detail))
    return f'<li class="{kind}"><b>{word}</b> {cells}</li>'
