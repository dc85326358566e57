"""Small faults in what decides, made by hand, and the script that shows which tests notice them.

`python -m tests.mutations` makes them; `test_list.py` holds the list true.
"""
