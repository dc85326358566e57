"""Where the wizard stands: read from the database, so that it survives a closed tab."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.services import compare, promote, retrain, revise
from core.services.compare_document import ComparisonDocument
from core.services.promote import DeploymentView
from core.services.revise import RevisionView
from pages._frame import Frame

STEPS = {"data": "Data", "search": "Search", "compare": "Compare", "test": "Test", "promote": "Promote"}


@dataclass(frozen=True, slots=True)
class State:
    """What is known for the five steps.

    Attributes:
        board: the leaderboard; `versions`: trained versions that are not in production, newest first.
        challenger: the chosen one of them.
        document: its newest comparison with the champion of now.
    """

    champion: DeploymentView | None
    deployments: list[DeploymentView]
    revision: RevisionView | None
    board: Any
    versions: list[str]
    challenger: str | None
    document: ComparisonDocument | None

    @property
    def done(self) -> dict[str, bool]:
        """Which steps are behind us."""
        document = self.document
        tested = document is not None and all(gate["passed"] for gate in document["gates"])
        return {
            "data": self.revision is not None,
            "search": bool(self.versions),
            "compare": document is not None,
            "test": tested,
            "promote": False,
        }


def read(frame: Frame) -> State:
    """One SQL read for each part."""
    ws, name = frame.ws, frame.spec.name
    champion = promote.champion(ws, name)
    board = retrain.leaderboard(ws, name)
    trained = [v for v, s in zip(board["version"], board["status"], strict=True) if v and s == "trained"]
    versions = sorted({v for v in trained if not champion or v != champion.version}, key=int, reverse=True)
    asked = st.session_state.get("challenger") or st.query_params.get("challenger")
    challenger = asked if asked in versions else (versions[0] if versions else None)
    return State(
        champion=champion,
        deployments=promote.deployments(ws, name),
        revision=revise.latest(ws, name),
        board=board,
        versions=versions,
        challenger=challenger,
        document=_current(compare.latest(ws, name, challenger) if challenger else None, champion),
    )


def _current(
    document: ComparisonDocument | None, champion: DeploymentView | None
) -> ComparisonDocument | None:
    """A comparison counts as long as the champion of then is the champion of now."""
    return document if document and champion and document["champion"] == champion.version else None


def choose(state: State) -> str:
    """The step bar: a tick for what is done; the first open step unless the URL says otherwise."""
    names = list(STEPS)
    first = next((step for step in names if not state.done[step]), names[-1])
    asked = st.query_params.get("step", first)
    step = st.segmented_control(
        "Step",
        names,
        default=None if "step" in st.session_state else (asked if asked in names else first),
        required=True,
        key="step",
        format_func=lambda step: (
            f"{':material/check: ' if state.done[step] else ''}{names.index(step) + 1} {STEPS[step]}"
        ),
        label_visibility="collapsed",
    )
    # Not bound: a bound widget would put the label, which changes with the ticks, into the URL.
    st.query_params["step"] = str(step)
    return str(step)


def onward(state: State, step: str) -> None:
    """The way to the next step, once this one is done."""
    names = list(STEPS)
    if step != names[-1] and state.done[step]:
        after = names[names.index(step) + 1]
        st.button(
            f"Next: {STEPS[after]}",
            key="next_step",
            type="primary",
            icon=":material/arrow_forward:",
            on_click=go,
            args=(after,),
        )


def go(step: str) -> None:
    """Turn to a step (as a callback)."""
    st.session_state["step"] = step
