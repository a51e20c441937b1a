from collections.abc import Iterator

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Towns of other tests have the same addresses and versions."""
    caches["pages"].clear()
    yield
    caches["pages"].clear()
