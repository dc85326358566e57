"""Experiments: what each branch gained, the leaderboard, what was tried before, what became of it."""

import streamlit as st

from core.services.deployment import promote
from pages import _experiments
from pages._retrain import leaderboard, policies_part, replay_part
from pages._shared import navigation, page_context

frame = page_context.enter("engineer")
name = frame.spec.name
tables = _experiments.read(frame.ws, name, page_context.record_position(frame.ws))
if not len(tables.trials):
    st.write("Here you will see every experiment: what was tried, on which labels, and how good it was.")
    navigation.link("retrain", "Start the first one in Retrain", ":material/model_training:")
    st.stop()

if len(tables.nodes):
    st.header("The journey", anchor=False)
    _experiments.journey(frame, tables.nodes)
st.header("Leaderboard", anchor=False)
leaderboard.board(frame.spec, tables.board.head(_experiments.SHOWN))
_experiments.more(tables.board)
st.header("Tried before", anchor=False)
_experiments.combinations(frame, tables.combinations)
st.header("What became of each", anchor=False)
deployed = [change.version for change in promote.deployments(frame.ws, name)]
_experiments.outcomes(tables.trials, deployed, tables.verdicts)
_experiments.two(frame, tables.board)
versions = set(tables.board["version"].dropna())
if versions:
    st.header("Had it gone live earlier", anchor=False)
    replay_part.show(frame, sorted(versions, key=int, reverse=True))
    st.header("When to retrain", anchor=False)
    policies_part.show(frame)
