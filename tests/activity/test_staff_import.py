import pytest
from django.test import Client
from django_scopes import scope

from kiun.activity.models import Job, JobState
from kiun.activity.services import run_job
from kiun.municipality.models import Membership, StaffUpload
from tests.factories import make_department, make_membership, make_town

pytestmark = pytest.mark.django_db
STAFF = 2_100


def staff_list():
    lines = ["職員番号,氏名,所属,役割"] + [f"{n},職員 {n},市民課,担当" for n in range(STAFF)]
    return "\n".join(lines).encode("utf-8-sig")


def test_a_large_list_is_taken_over_by_a_worker_once(tmp_path):
    town = make_town()
    make_department(town, "市民課")
    admin = make_membership(town, "admin")
    client = Client()
    client.force_login(admin.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    file = tmp_path / "名簿.csv"
    file.write_bytes(staff_list())
    with file.open("rb") as upload:
        client.post(f"/t/{town.slug}/staff-import/", {"file": upload})
    with scope(municipality=town):
        pk = StaffUpload.objects.get().pk
    answer = client.post(f"/t/{town.slug}/staff-import/{pk}/confirm/")
    with scope(municipality=town):
        job = Job.objects.get()
        assert answer["Location"] == f"/t/{town.slug}/jobs/{job.pk}/"
        assert Membership.objects.count() == 1
    run_job(job.pk)
    run_job(job.pk)
    with scope(municipality=town):
        assert Job.objects.get().state == JobState.DONE
        assert Membership.objects.count() == STAFF + 1
