"""What this room gives to lower ones. Each of its parts registers its own."""


def register() -> None:
    pass
