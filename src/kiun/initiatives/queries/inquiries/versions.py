from datetime import date

from django.db.models import Count, Max

from kiun.initiatives.models import Extension, Request, Round


def version_of_round(round_: Round, on: date) -> str:
    """Differs when any department's answer, its day, or the round itself has changed, or a new day has begun."""
    requests = Request.objects.filter(round=round_).aggregate(newest=Max("changed_at"), rows=Count("pk"))
    asked = Extension.objects.filter(request__round=round_).aggregate(newest=Max("pk"))["newest"]
    newest = requests["newest"].timestamp() if requests["newest"] else 0
    parts = (round_.state, round_.version, f"{round_.due_on:%Y%m%d}", newest, requests["rows"], asked, f"{on:%Y%m%d}")
    return "-".join(str(part) for part in parts)
