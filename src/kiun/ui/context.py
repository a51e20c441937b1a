from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from kiun.ui.navigation import Navigation


def page_frame(request: HttpRequest) -> dict[str, Any]:
    return {
        "town": getattr(request, "town", None),
        "actor": getattr(request, "actor", None),
        "navigation": Navigation(request),
        "today": timezone.localdate(),
    }
