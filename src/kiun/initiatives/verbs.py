"""What is done to tasks, as the record of changes calls it. A verb of its own contradicts no open form."""

PROGRESSED = "progressed"
COMMENTED = "commented"
