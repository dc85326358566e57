"""Rows of annotation: the queue, leases, events and their projection, suspects, revisions."""
