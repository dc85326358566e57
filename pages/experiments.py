"""Experiments: the leaderboard, what was tried on which labels, and why each was dropped."""

import streamlit as st

from core.services.experiments import retrain
from pages._retrain import leaderboard, policies_part, replay_part
from pages._shared import navigation, page_context

frame = page_context.enter("engineer")
board = retrain.leaderboard(frame.ws, frame.spec.name)
if not len(board):
    st.write("Here you will see every experiment: what was tried, on which labels, and how good it was.")
    navigation.link("retrain", "Start the first one in Retrain", ":material/model_training:")
    st.stop()

st.header("Leaderboard", anchor=False)
leaderboard.board(frame.spec, board)
st.header("Tried before", anchor=False)
leaderboard.show_tried(board)
st.header("What became of each", anchor=False)
leaderboard.outcomes(frame, board)
versions = [version for version in board["version"] if version]
if versions:
    st.header("Had it gone live earlier", anchor=False)
    replay_part.show(frame, sorted(set(versions), key=int, reverse=True))
    st.header("When to retrain", anchor=False)
    policies_part.show(frame)
