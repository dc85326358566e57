"""The use cases: a room for each, in every one plain functions that take what they need.

The same names in each room: `__init__` lists its verbs, `jobs.py` declares what the worker does for it and
with which arguments, `views.py` holds what people are told; the other modules are its nouns.
`core.services.jobs` is the table of all jobs; `dataset` and `scoring` stand one floor below the rooms.
"""
