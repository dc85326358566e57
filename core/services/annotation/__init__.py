"""Experts annotate: the next items, their annotations, and the revisions cut from them."""
