"""What this room gives to lower ones."""


def register() -> None:
    pass
