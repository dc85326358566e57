"""Where the wizard stands: read from the database, so that it survives a closed tab."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.services.annotation import revise
from core.services.annotation.views import RevisionView
from core.services.deployment import announce, promote, proposals
from core.services.deployment.views import DeploymentView, ProposalView, TargetView
from core.services.experiments import compare, refit, retrain
from core.services.experiments.holdout import ledger
from core.services.experiments.holdout.views import HoldoutBudget
from core.services.experiments.refit import RefitView
from core.services.experiments.views import ComparisonDocument
from pages._shared.page_context import Frame

STEPS = {"data": "Data", "search": "Search", "compare": "Compare", "test": "Test", "promote": "Promote"}


@dataclass(frozen=True, slots=True)
class State:
    """What is known for the five steps.

    Attributes:
        board: the leaderboard; `versions`: trained versions that are not in production, newest first.
        challenger: the chosen one of them; none is chosen for a person who has just promoted one.
        document: its newest comparison with the champion of now, or the one that led to `promoted`.
        promoted: the promotion that ended the round; None as soon as the next round has begun.
        newest: the newest change of the champion, also one that is not confirmed or came to nothing.
        proposal: the promotion that waits for a second person.
        refit: of the version in production, on all labels; `can_refit` says whether there can be one.
        budget: how far the holdout in use is used up; None before the first experiment.
        targets: how each deploy target stands with the version in production.
    """

    champion: DeploymentView | None
    deployments: list[DeploymentView]
    revision: RevisionView | None
    board: Any
    versions: list[str]
    challenger: str | None
    document: ComparisonDocument | None
    promoted: DeploymentView | None = None
    newest: DeploymentView | None = None
    proposal: ProposalView | None = None
    refit: RefitView | None = None
    can_refit: bool = False
    budget: HoldoutBudget | None = None
    targets: list[TargetView] = field(default_factory=list)

    @property
    def done(self) -> dict[str, bool]:
        """Which steps are behind us."""
        if self.promoted:
            return dict.fromkeys(STEPS, True)
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
    compared = board[board["refit_of"].isna()]  # a refit is tested, not compared
    made = compared["version"][compared["status"] == "trained"]
    trained = [version for version in made if version]
    versions = sorted({v for v in trained if not champion or v != champion.version}, key=int, reverse=True)
    revision = revise.latest(ws, name)
    challenger = _chosen_version(name, versions)
    promoted = None if challenger else _ended_steps(champion, revision, compared, compare.latest(ws, name))
    if promoted:
        document = compare.latest(ws, name, promoted.version)
    else:
        best = None if challenger else compare.next_challenger(ws, name)
        challenger = challenger or (best if best in versions else next(iter(versions), None))
        document = _current(compare.latest(ws, name, challenger) if challenger else None, champion)
    return State(
        champion=champion,
        deployments=promote.deployments(ws, name),
        revision=revision,
        board=board,
        versions=versions,
        challenger=challenger,
        document=document,
        promoted=promoted,
        newest=promote.newest(ws, name),
        proposal=proposals.open_proposal(ws, name),
        refit=refit.newest(ws, name),
        can_refit=refit.is_possible(ws, name),
        budget=ledger.budget(ws, name),
        targets=announce.targets_of(ws, name),
    )


def _chosen_version(name: str, versions: Sequence[str]) -> str | None:
    """The version that the person chose in step 3, also in the other steps, which do not draw that field."""
    key = f"challenger of {name}"
    candidates = (
        st.session_state.get("challenger"),
        st.query_params.get("challenger"),
        st.session_state.get(key),
    )
    version_chosen = next((version for version in candidates if version in versions), None)
    st.session_state[key] = version_chosen
    return version_chosen


def _ended_steps(
    champion: DeploymentView | None,
    revision: RevisionView | None,
    board: Any,
    compared: ComparisonDocument | None,
) -> DeploymentView | None:
    """The promotion that ended the round: nothing was cut, trained or compared with its version since."""
    if champion is None or champion.kind != "promote" or _current(compared, champion):
        return None
    starts = [revision.created_at] if revision else []
    trained = board["at"][board["status"] == "trained"]
    return None if any(at > champion.at for at in (*starts, *trained)) else champion


def _current(
    document: ComparisonDocument | None, champion: DeploymentView | None
) -> ComparisonDocument | None:
    """A comparison counts as long as the champion of then is the champion of now."""
    return document if document and champion and document["champion"] == champion.version else None


def choose(state: State) -> str:
    """The step bar: a tick for what is done; the first open step unless the URL says otherwise."""
    names = list(STEPS)
    first = next((step for step in names if not state.done[step]), names[-1])
    name = st.query_params.get("step", first)
    step = st.segmented_control(
        "Step",
        names,
        default=None if "step" in st.session_state else (name if name in names else first),
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
