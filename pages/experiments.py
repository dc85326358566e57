"""Experiments: the leaderboard, what was tried on which labels, and why each was dropped."""

import streamlit as st

from core.services import retrain
from pages import _experiments, _frame, _nav

frame = _frame.enter("engineer")
board = retrain.leaderboard(frame.ws, frame.spec.name)
if not len(board):
    st.write("Here you will see every experiment: what was tried, on which labels, and how good it was.")
    _nav.link("retrain", "Start the first one in Retrain", ":material/model_training:")
    st.stop()

st.header("Leaderboard", anchor=False)
_experiments.board(frame.spec, board)
st.header("Tried before", anchor=False)
_experiments.tried(board)
st.header("What became of each", anchor=False)
_experiments.outcomes(frame, board)
