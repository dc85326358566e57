"""The use cases over tables and arrays in memory, without a home: what a notebook asks for.

- `monitor_frame.monitor_frame`: the health document of a log in memory.
"""
