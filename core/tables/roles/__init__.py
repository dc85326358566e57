"""Which part each column of a first file plays, guessed with reasons or asked."""
