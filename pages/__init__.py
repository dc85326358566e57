"""The pages: Streamlit lives only here and in `app.py`; `_shell.py` is the script that is run."""
