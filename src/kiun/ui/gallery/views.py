"""Pages that show every component with every state; the tests look at the same pages."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from kiun.kernel.errors import DomainError
from kiun.ui.gallery import samples
from kiun.ui.gallery.forms import SampleForm
from kiun.ui.loop import Stage

JOB_STEPS = 8
ERRORS = {"400": 400, "403": 403, "404": 404, "403_csrf": 403, "500": 500}


def _frame(request: HttpRequest, **content: Any) -> dict[str, Any]:
    request.town = samples.TOWN  # type: ignore[attr-defined]
    return {
        "town": samples.TOWN,
        "user": samples.OFFICER,
        "navigation": samples.navigation(request),
        "rows": samples.ROWS,
        **content,
    }


def _rejected_form() -> SampleForm:
    form = SampleForm({"statement": "", "value": "-5", "measured_on": "令和8年13月1日", "direction": "up"})
    form.is_valid()
    return form


def components(request: HttpRequest) -> HttpResponse:
    content = _frame(
        request,
        loop=samples.loop(),
        partial_loop=samples.loop(Stage.CHALLENGE, Stage.GOAL, Stage.PLAN, current=Stage.GOAL),
        charts=(samples.FORECAST_CHART, samples.TWO_LINES_CHART, samples.BARS_CHART, samples.EMPTY_CHART),
        history=samples.HISTORY,
        dimensions=samples.DIMENSIONS,
        shares=samples.SHARES,
        page=samples.page_of_sixty(7),
        steps=["ファイルを選ぶ", "列を確かめる", "変更点を見る", "取り込む"],
        options=[("", "すべての課"), ("1", "市民課"), ("2", "税務課")],
    )
    return render(request, "ui/gallery/components.html", content)


def overview(request: HttpRequest) -> HttpResponse:
    """With `?live` the page that is fetched to follow a change differs from the one that was opened."""
    is_refresh = "X-Kiun-Live" in request.headers
    content = _frame(request, loop=samples.loop(), dimensions=samples.DIMENSIONS, shares=samples.SHARES)
    content |= {"is_live": "live" in request.GET, "version": "2" if is_refresh else "1", "is_refresh": is_refresh}
    return render(request, "ui/gallery/overview.html", content)


def form(request: HttpRequest) -> HttpResponse:
    if "notice" in request.GET:
        messages.success(request, "目標を保存しました。")
    shown = _rejected_form() if "rejected" in request.GET else SampleForm()
    return render(request, "ui/gallery/form.html", _frame(request, form=shown))


def wide_table(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/wide_table.html", _frame(request, page=samples.page_of_sixty(1)))


def public(request: HttpRequest) -> HttpResponse:
    content = _frame(request, loop=samples.loop(current=None), chart=samples.FORECAST_CHART, shares=samples.SHARES)
    return render(request, "ui/gallery/public.html", content)


def report(request: HttpRequest) -> HttpResponse:
    content = _frame(request, loop=samples.loop(), chart=samples.FORECAST_CHART, bars=samples.BARS_CHART)
    return render(request, "ui/gallery/print.html", content)


def embed(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/embed.html", _frame(request, chart=samples.FORECAST_CHART))


def sign_in(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/sign_in.html", _frame(request))


def error(request: HttpRequest, name: str) -> HttpResponse:
    if name == "domain":
        raise DomainError("期限が基準日より前です。期限を令和8年4月1日以降の日に直してください。", field="deadline")
    if name not in ERRORS:
        raise Http404
    return render(request, f"{name}.html", status=ERRORS[name])


def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")
    found = [row for row in samples.ROWS if words and words in row.name]
    template = "ui/gallery/search.html#found" if request.headers.get("HX-Request") else "ui/gallery/search.html"
    return render(request, template, _frame(request, words=words, found=found))


def job(request: HttpRequest) -> HttpResponse:
    """A job that begins anew every ten seconds; 286 tells the page to stop asking."""
    step = min(timezone.now().second % 10, JOB_STEPS)
    state = "done" if step == JOB_STEPS else "running"
    content = {"step": step, "total": JOB_STEPS, "state": state}
    return render(request, "ui/gallery/job.html", content, status=286 if state == "done" else 200)


def version(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"version": "1"})
