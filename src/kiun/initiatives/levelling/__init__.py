"""山崩し: the tasks of a department put one after another where they would need the same person at the same time."""
