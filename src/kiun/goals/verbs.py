"""What is done to values, as the record of changes calls it."""

MEASURED = "measured"
MEASUREMENT_REMOVED = "measurement_removed"
