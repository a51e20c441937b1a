"""What the web server serves."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiun.config.settings")


def _load_before_the_first_request() -> None:
    """Imports all that pages need, then takes it out of garbage collection.

    Python would otherwise walk through some 200,000 lasting objects every few requests: 70 ms, in which a reader waits.
    """
    from django.urls import get_resolver

    import_module("scipy.optimize.elementwise")
    get_resolver().url_patterns  # noqa: B018 - reading it imports the views
    gc.collect()
    gc.freeze()


application = get_wsgi_application()
_load_before_the_first_request()
