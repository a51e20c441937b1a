"""Invitations, first sign-in by paper, and access keys for programs. A secret is shown once, on the answer itself."""

from allauth.account.signals import password_changed
from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from kiun.kernel.errors import DomainError
from kiun.municipality.forms import (
    AcceptForm,
    AccessKeyForm,
    CodeForm,
    FirstSignInForm,
    InvitationForm,
    NewPasswordForm,
)
from kiun.municipality.middleware import TownRequest, client_address, open_to_everyone
from kiun.municipality.models import ApiToken, Invitation, User
from kiun.municipality.models.access import normalise_secret
from kiun.municipality.queries import open_invitation, visible_posts
from kiun.municipality.queries.people import without_first_sign_in
from kiun.municipality.services import (
    accept_as_existing_account,
    accept_with_new_account,
    create_access_key,
    invite,
    issue_first_sign_in,
    resend_invitation,
    revoke_access_key,
    revoke_invitation,
)
from kiun.municipality.services.invitations import (
    LIFETIME,
    check_is_open,
    existing_account,
    invitation_link,
    must_begin_anew,
)
from kiun.municipality.services.people import record_sign_in
from kiun.municipality.sign_in import set_language_cookie
from kiun.municipality.views.doors import attempt, complain, for_the_dx_office, tell
from kiun.ui.links import town_url

ON_PAGE = 50
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MOST_SHEETS = 500
NOT_FOUND, GONE = 404, 410


@for_the_dx_office
def invitation_list(request: TownRequest) -> HttpResponse:
    # Codes on paper are not invitations that anybody waits for here.
    rows = Invitation.objects.filter(revoked_at__isnull=True).exclude(
        membership__isnull=False, accepted_at__isnull=True
    )
    rows = rows.select_related("department", "invited_by__user")
    page = Paginator(rows, ON_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {"page": page, "rows": [(row, row.is_open(now)) for row in page]}
    return render(request, "municipality/invitation_list.html", context)


@never_cache
@sensitive_variables("made", "secret")
@for_the_dx_office
def invitation_add(request: TownRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None, actor=request.actor)
    made: list[tuple[Invitation, str]] = []
    if request.method == "POST" and attempt(
        form, lambda: made.append(invite(actor=request.actor, **form.cleaned_data))
    ):
        return _show_link(request, *made[0])
    return render(request, "municipality/invitation_form.html", {"form": form})


@never_cache
@require_POST
@for_the_dx_office
def invitation_resend(request: TownRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.select_related("invited_by__user"), pk=pk)
    try:
        return _show_link(request, invitation, resend_invitation(actor=request.actor, invitation=invitation))
    except DomainError as error:
        complain(request, error)
        return redirect(town_url(request.town, "municipality:invitation_list"))


def _show_link(request: TownRequest, invitation: Invitation, secret: str) -> HttpResponse:
    context = {"invitation": invitation, "link": invitation_link(invitation, secret)}
    return render(request, "municipality/invitation_link.html", context)


@require_POST
@for_the_dx_office
def invitation_revoke(request: TownRequest, pk: int) -> HttpResponse:
    try:
        revoke_invitation(actor=request.actor, invitation=get_object_or_404(Invitation, pk=pk))
        tell(request, _("The invitation is withdrawn."))
    except DomainError as error:
        complain(request, error)
    return redirect(town_url(request.town, "municipality:invitation_list"))


@never_cache
@open_to_everyone
def invitation_code(request: TownRequest) -> HttpResponse:
    """Where the code on the sheet is typed."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _has_tried_too_often(request):
            form.add_error("code", _("There were too many attempts. Please wait a few minutes and try again."))
        elif open_invitation(form.cleaned_data["code"]) is None:
            _count_failure(request)
            form.add_error("code", _("This code is not known. Please check each group of letters."))
        else:
            secret = normalise_secret(form.cleaned_data["code"])
            return redirect(town_url(request.town, "municipality:invitation_accept", secret=secret))
    return render(request, "municipality/invitation_code.html", {"form": form})


def _has_tried_too_often(request: TownRequest) -> bool:
    """Only failures count: on the day of the first sign-in a whole town hall comes from one address."""
    return not ratelimit.consume(request, action="invitation", dry_run=True)


def _count_failure(request: TownRequest) -> None:
    ratelimit.consume(request, action="invitation")


@never_cache
@sensitive_post_parameters("password", "again")
@open_to_everyone
def invitation_accept(request: TownRequest, secret: str) -> HttpResponse:
    if request.method == "POST" and _has_tried_too_often(request):
        return render(request, "429.html", status=429)
    found = open_invitation(secret)
    if found is None:
        _count_failure(request)
    try:
        invitation = check_is_open(found)
    except DomainError as error:
        status = GONE if found else NOT_FOUND
        return render(request, "municipality/invitation_closed.html", {"reason": error.message}, status=status)
    if account := existing_account(invitation):
        return _accept_as(request, invitation, account)
    form = AcceptForm(request.POST or None, initial=AcceptForm.initial_of(invitation))
    users: list[User] = []
    if request.method == "POST" and attempt(form, lambda: users.append(_accept(invitation, form))):
        return _enter(request, users[0])
    return render(request, "municipality/invitation_accept.html", {"form": form, "invitation": invitation})


def _accept(invitation: Invitation, form: AcceptForm) -> User:
    data = form.cleaned_data
    return accept_with_new_account(
        invitation=invitation, name=data["name"], kana=data["kana"], password=data["password"]
    )


def _accept_as(request: TownRequest, invitation: Invitation, account: User) -> HttpResponse:
    """Somebody already has an account with this address: only that account, signed in, can accept."""
    if request.user.pk != account.pk:
        return render(request, "municipality/invitation_accept_as.html", {"invitation": invitation})
    begins_anew = must_begin_anew(invitation, account)
    form = (NewPasswordForm if begins_anew else Form)(request.POST if request.method == "POST" else None)
    if attempt(form, lambda: _join(request, invitation, account, form.cleaned_data.get("password", ""))):
        return redirect("/")
    context = {"invitation": invitation, "form": form, "begins_anew": begins_anew}
    return render(request, "municipality/invitation_accept_as.html", context)


def _join(request: TownRequest, invitation: Invitation, account: User, password: str) -> None:
    if accept_as_existing_account(invitation=invitation, user=account, password=password):
        tell(
            request,
            _(
                "Passkeys, the authenticator app and connected accounts were removed for safety. Please set them up "
                "again."
            ),
        )
    if password:
        # The new password has ended this session too, as it should everywhere else.
        update_session_auth_hash(request, account)
        password_changed.send(sender=User, request=request, user=account)


def _enter(request: TownRequest, user: User) -> HttpResponse:
    login(request, user, backend=BACKEND)
    record_sign_in(user=user, address=client_address(request))
    response = redirect("/")
    set_language_cookie(response, user.language)
    return response


@never_cache
@sensitive_variables("issued")
@for_the_dx_office
def first_sign_in(request: TownRequest) -> HttpResponse:
    """Sheets to be printed and handed over: one code for each person who has no password yet."""
    form = FirstSignInForm(request.POST or None, actor=request.actor)
    posts = without_first_sign_in(visible_posts(request.actor), request.town, request.actor.on)
    if request.method == "POST" and form.is_valid():
        department = form.cleaned_data["department"]
        chosen = posts.filter(department__path__startswith=department.path) if department else posts
        context = {
            "issued": issue_first_sign_in(actor=request.actor, posts=list(chosen[:MOST_SHEETS])),
            "address": settings.PUBLIC_URL + town_url(request.town, "municipality:invitation_code"),
            "until": timezone.localdate(timezone.now() + LIFETIME),
            "asked": request.actor.membership,
        }
        return render(request, "municipality/first_sign_in_sheets.html", context)
    return render(request, "municipality/first_sign_in.html", {"form": form, "number": posts.count()})


@for_the_dx_office
def key_list(request: TownRequest) -> HttpResponse:
    keys = ApiToken.objects.select_related("created_by__user")
    now = timezone.now()
    return render(request, "municipality/key_list.html", {"rows": [(key, key.is_usable(now)) for key in keys]})


@never_cache
@sensitive_variables("made", "secret")
@for_the_dx_office
def key_add(request: TownRequest) -> HttpResponse:
    form = AccessKeyForm(request.POST or None)
    made: list[tuple[ApiToken, str]] = []
    if request.method == "POST" and attempt(form, lambda: made.append(_create_key(request, form))):
        key, secret = made[0]
        return render(request, "municipality/key_secret.html", {"key": key, "secret": secret})
    return render(request, "municipality/key_form.html", {"form": form})


def _create_key(request: TownRequest, form: AccessKeyForm) -> tuple[ApiToken, str]:
    data = form.cleaned_data
    return create_access_key(
        actor=request.actor,
        name=data["name"],
        scopes=data["scopes"],
        source=data["source"],
        expires_at=form.expires_at(),
    )


@require_POST
@for_the_dx_office
def key_revoke(request: TownRequest, pk: int) -> HttpResponse:
    revoke_access_key(actor=request.actor, key=get_object_or_404(ApiToken, pk=pk))
    tell(request, _("The key is withdrawn."))
    return redirect(town_url(request.town, "municipality:key_list"))
