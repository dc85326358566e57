"""Rows that experts are asked about, though no search suspects them.

- `blind_sample.ask`: random rows of a fall and of the reference period, without their labels.
- `unlabelled.ask`: rows without a label, the least sure first.
"""
