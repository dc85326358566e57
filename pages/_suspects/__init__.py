"""Parts of the Suspects page."""
