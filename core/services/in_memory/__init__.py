"""The use cases over tables and arrays in memory, without a home: what a notebook asks for."""
