"""Steps 3 and 4 of the wizard: the challenger against the champion, and the computed tests."""

from html import escape
from typing import Any

import streamlit as st

from pages import _job, _number
from pages._frame import Frame
from pages._steps import State

WORDS = {
    "better": ("green", "Better"),
    "not_worse": ("grey", "Not worse"),
    "cannot_tell": ("amber", "Cannot tell yet"),
    "worse": ("red", "Worse"),
    "blocked": ("red", "Blocked"),
}
MARKS = {"green": "▲", "grey": "●", "amber": "◆", "red": "▼"}


def compare(frame: Frame, state: State) -> None:
    """One sentence, then what got worse, then the numbers."""
    if not state.versions:
        st.write("There is no challenger yet: train one in step 2.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        challenger = st.selectbox(
            "Challenger",
            state.versions,
            key="challenger",
            bind="query-params",
            width=160,
            format_func=lambda version: f"Version {version}",
        )
        running = bool(_job.live(frame.ws, "compare", frame.spec.name))
        again = "Compare again" if state.document else "Compare with the champion"
        kind = "secondary" if state.document else "primary"
        if st.button(again, key="start_compare", type=kind, disabled=running):  # type: ignore[arg-type]
            _job.start(frame.ws, "compare", frame.spec.name, challenger=challenger, by=frame.person.name)
    if state.document is None:
        st.write("Each comparison is a look at the holdout; every look costs a part of what it can prove.")
        return
    verdict(state.document)
    _details(state.document)


def verdict(document: Any) -> None:
    """The verdict block."""
    colour, word = WORDS[document["verdict"]]
    st.html(
        f'<section class="ct-verdict ct-edge-{colour}"><span class="ct-chip ct-{colour}">'
        f'<span aria-hidden="true">{MARKS[colour]}</span> {word}</span>'
        f"<p>{escape(document['sentence'])}</p></section>"
    )
    st.write(
        f"Look {document['look']} at this holdout, at level {document['alpha']:.3g}. The models disagree on "
        f"{document['disagreements']:,} records, {document['reviewed']:,} of them reviewed by experts."
    )


def _details(document: Any) -> None:
    worse = sorted(document["segments"], key=lambda part: part["difference"])
    st.header("What got worse, first", anchor=False)
    if worse:
        st.dataframe(
            [_segment(part) for part in worse],
            alt="Segments, the worst first",
            hide_index=True,
            key="compare_segments",
        )
    else:
        st.write("No segments are set for this model.")
    st.header("All metrics", anchor=False)
    rows = [
        _metric(kind, name, m)
        for kind in ("given", "corrected")
        for name, m in (document[kind] or {}).items()
    ]
    st.dataframe(rows, alt="Metrics of both versions on the holdout", hide_index=True, key="compare_metrics")


def _segment(part: Any) -> dict[str, str]:
    return {
        "Segment": f"{part['column']} = {part['value']}",
        "Difference": _number.shown(part["difference"], part["low"], part["high"], metric=""),
        "p (adjusted)": f"{part['p_adjusted']:.3f}",
        "Verdict": part["verdict"],
    }


def _metric(kind: str, name: str, m: Any) -> dict[str, str]:
    return {
        "Labels": kind,
        "Metric": name,
        "Champion": f"{m['champion']:.4f}",
        "Challenger": f"{m['challenger']:.4f}",
        "Difference": _number.shown(m["difference"], m["low"], m["high"], metric=""),
        "p": f"{m['p']:.3f}",
    }


def test(state: State) -> None:
    """The tests before a promotion: all computed, none ticked by hand."""
    if state.document is None:
        st.write("The tests are computed together with the comparison: compare in step 3.")
        return
    st.html(f'<ul class="ct-gates">{"".join(map(_gate, state.document["gates"]))}</ul>')


def _gate(gate: dict[str, Any]) -> str:
    kind, word = ("ct-pass", "✓ Passed") if gate["passed"] else ("ct-fail", "✕ Failed")
    return (
        f'<li class="{kind}"><b>{word}</b> <span>{escape(gate["name"])}</span>'
        f"<span>{escape(gate['detail'])}</span></li>"
    )
