"""The use cases over tables and arrays in memory, without a home: what a notebook asks for.

- `monitor_frame.monitor_frame`: the health document of a log in memory.
- `find_errors.find_errors`: labels in memory, ranked by how likely they are wrong.
- `compare_predictions.compare_predictions`: two models on the same labelled rows.
"""
