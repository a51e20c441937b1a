"""What the web server serves."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from kiun.config.memory import keep_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiun.config.settings")


def _load_before_the_first_request() -> None:
    from django.urls import get_resolver

    for part in ("scipy.optimize.elementwise", "scipy.special", "scipy.sparse.csgraph"):
        import_module(part)
    get_resolver().url_patterns  # noqa: B018 - reading it imports the views
    keep_what_is_loaded()


application = get_wsgi_application()
_load_before_the_first_request()
