from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiun.kernel.errors import DomainError
from kiun.municipality.actors import may, record, require
from kiun.municipality.forms import NewPersonForm, PersonForm, PostFilterForm, SignInForm
from kiun.municipality.middleware import TownRequest
from kiun.municipality.models import Deputyship, Membership, User
from kiun.municipality.queries import (
    filter_posts,
    holdings_of,
    is_shared_with_another_town,
    open_departments,
    posts_to_prepare,
    stranded_holdings,
    visible_posts,
)
from kiun.municipality.queries.people import post_label, posts_like, posts_on, successors_for
from kiun.municipality.queries.staff_list import export_of, staff_csv, staff_workbook
from kiun.municipality.services import add_person, change_person, set_sign_in
from kiun.municipality.views.doors import attempt, complain, for_the_dx_office, tell
from kiun.ui.links import town_url

POSTS_ON_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def person_list(request: TownRequest) -> HttpResponse:
    form = PostFilterForm(request.GET, actor=request.actor)
    wanted = form.wanted(request.GET.get("sort", "department"))
    posts = filter_posts(visible_posts(request.actor), wanted, request.actor.on)
    page = Paginator(posts, POSTS_ON_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "people": posts.order_by().values("user").distinct().count(),
        "names": dict(open_departments(request.actor.on).values_list("pk", "name")),
        "is_admin": may(request.actor, "municipality.administer"),
        "may_hand_over": request.actor.is_admin or bool(request.actor.headed_paths),
    }
    return render(request, "municipality/person_list.html", context)


@for_the_dx_office
def staff_export(request: TownRequest, kind: str) -> HttpResponse:
    """The list of everybody in office; that it was taken out is itself recorded."""
    content = staff_csv(request.actor) if kind == "csv" else staff_workbook(request.actor)
    record(request.actor, export_of())
    name = f"{request.town.slug}-staff-{request.actor.on.isoformat()}.{kind}"
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8" if kind == "csv" else XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _person(request: TownRequest, pk: int) -> tuple[User, list[Membership]]:
    """Somebody who has or had a post that the actor may see; an account of another town is not there."""
    posts = list(visible_posts(request.actor).filter(user__pk=pk).order_by("-valid_from", "-pk"))
    if not posts:
        raise Http404
    return posts[0].user, posts


def person_detail(request: TownRequest, pk: int) -> HttpResponse:
    person, posts = _person(request, pk)
    keys = [post.pk for post in posts]
    deputyships = Deputyship.objects.select_related(
        "principal__user", "principal__department", "deputy__user", "deputy__department"
    )
    context = {
        "person": person,
        "posts": [(post, post.is_current(request.actor.on), *_rights(request, post)) for post in posts],
        "deputies": deputyships.filter(principal__in=keys),
        "stands_in_for": deputyships.filter(deputy__in=keys),
        "holdings": holdings_of(keys),
        "is_admin": may(request.actor, "municipality.administer"),
        "is_shared": is_shared_with_another_town(person),
        "is_self": person == request.user,
        "today": request.actor.on,
    }
    return render(request, "municipality/person_detail.html", context)


def _rights(request: TownRequest, post: Membership) -> tuple[bool, bool]:
    return (
        may(request.actor, "municipality.hand_over", post.department),
        may(request.actor, "municipality.appoint_deputy", post),
    )


@for_the_dx_office
def person_add(request: TownRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None, actor=request.actor)
    made: list[Membership] = []

    def add() -> None:
        made.append(
            add_person(
                actor=request.actor, person=form.person(), post=form.details(), reason=form.cleaned_data["reason"]
            )
        )

    if request.method == "POST" and attempt(form, add):
        tell(request, _("%(name)s was added.") % {"name": made[0].user.name})
        return redirect(town_url(request.town, "municipality:person_detail", made[0].user_id))
    return render(request, "municipality/person_form.html", {"form": form, "person": None})


@for_the_dx_office
def person_edit(request: TownRequest, pk: int) -> HttpResponse:
    person, _posts = _person(request, pk)
    form = PersonForm(request.POST or None, initial=PersonForm.initial_of_user(person))
    if request.method == "POST" and attempt(
        form, lambda: change_person(actor=request.actor, user=person, person=form.person())
    ):
        tell(request, _("The changes are saved."))
        return redirect(town_url(request.town, "municipality:person_detail", pk))
    context = {"form": form, "person": person, "is_shared": is_shared_with_another_town(person)}
    return render(request, "municipality/person_form.html", context)


@require_POST
@for_the_dx_office
def person_sign_in(request: TownRequest, pk: int) -> HttpResponse:
    person, _posts = _person(request, pk)
    form = SignInForm(request.POST)
    if form.is_valid():
        is_allowed = form.cleaned_data["is_allowed"]
        try:
            set_sign_in(actor=request.actor, user=person, is_allowed=is_allowed, reason=form.cleaned_data["reason"])
            tell(request, _("Signing in is possible again.") if is_allowed else _("Signing in is stopped."))
        except DomainError as error:
            complain(request, error)
    return redirect(town_url(request.town, "municipality:person_detail", pk))


def post_choices(request: TownRequest) -> HttpResponse:
    """Proposals while somebody types a name: those whom this actor may choose for this purpose."""
    typed = str(next((value for key, value in request.GET.items() if key != "for"), ""))
    posts = successors_for(request.actor, request.actor.on)
    if request.GET.get("for") == "deputy":
        posts = visible_posts(request.actor).filter(posts_on(request.actor.on))
    labels = [post_label(post) for post in posts_like(posts, typed, exact=False)]
    return render(request, "municipality/post_choices.html", {"labels": labels})


def transfers(request: TownRequest) -> HttpResponse:
    """異動の準備: what will be, or already is, in the hands of somebody who leaves."""
    require(request.actor, "municipality.prepare_transfers")
    posts = posts_to_prepare(request.actor)
    allowed = [row for row in posts if may(request.actor, "municipality.hand_over", row.post.department)]
    stranded = stranded_holdings(request.actor.on) if request.actor.is_admin else []
    return render(request, "municipality/transfer_list.html", {"posts": allowed, "stranded": stranded})
