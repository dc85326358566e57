"""What the values of a column that moved say: another unit, a turned sign, a swap, a code for missing."""
