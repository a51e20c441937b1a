from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import settings

# Other work on the machine must not fail a property.
settings.register_profile("kernel", deadline=None)
settings.load_profile("kernel")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Messages are compared as they stand in the source."""
    with translation.override("en"):
        yield
