"""Parts of the Relabel page."""
