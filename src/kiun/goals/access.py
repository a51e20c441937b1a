"""The rights that an access key can have in this room."""

READ = "goals:read"
WRITE = "goals:write"
MEASURE = "measurements:write"
PUSH = "source:push"
