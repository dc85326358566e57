"""Search: a budget of minutes, in which one experiment after another is tried on the newest labelled rows.

- `search_steps.prepare`, `search_steps.search`: the first steps of the job; `finalists.fit` the one after.
- `search_views.state`: how the newest search of a model stands, from the database alone.
"""
