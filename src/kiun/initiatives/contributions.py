"""What this room gives to lower ones. Each of its parts registers its own."""

from kiun.initiatives import navigation


def register() -> None:
    navigation.register()
