import pytest


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    """A password hash takes as long as it should; a hundred accounts in a test need not wait for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
