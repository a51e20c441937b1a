from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from kiun.activity.job_kinds import JobKind, job_kinds
from kiun.activity.models import Job, JobState
from kiun.activity.services import jobs, revive_jobs, run_job, start_job, stop_job
from kiun.kernel.errors import DomainError
from tests.factories import make_actor, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(request):
    """Registers a kind of work for the test; returns the list of what it did."""
    done = []

    def run(job, progress):
        if job.parameters.get("broken"):
            raise DomainError("施策の番号が重複しています。")
        progress.report(1, 2, "読み込み中")
        done.append(job.pk)
        progress.finish({"rows": 2}, "/t/hinata/")

    job_kinds.register(JobKind("test.work", run))
    yield done
    job_kinds._by_id.pop("test.work")


@pytest.fixture
def town():
    return make_town()


def begin(town, **parameters):
    with scope(municipality=town):
        return start_job(actor=make_actor(town), kind="test.work", label="取り込み", parameters=parameters)


def fresh(town, job):
    with scope(municipality=town):
        return Job.objects.get(pk=job.pk)


def test_a_job_is_done_once_however_often_it_is_queued(town, work):
    job = begin(town)
    run_job(job.pk)
    run_job(job.pk)
    assert work == [job.pk]
    assert (fresh(town, job).state, fresh(town, job).result) == (JobState.DONE, {"rows": 2})


def test_a_broken_rule_ends_the_job_with_its_sentence(town, work):
    job = begin(town, broken=True)
    run_job(job.pk)
    assert (fresh(town, job).state, fresh(town, job).message) == (JobState.FAILED, "施策の番号が重複しています。")


def test_a_stopped_job_does_not_run(town, work):
    job = begin(town)
    with scope(municipality=town):
        stop_job(job=job)
    run_job(job.pk)
    assert work == []
    assert fresh(town, job).state == JobState.CANCELLED


def test_a_job_of_a_living_worker_is_left_to_it_and_one_of_a_dead_worker_is_taken_over(town, work):
    job = begin(town)
    with scope(municipality=town):
        Job.objects.update(state=JobState.RUNNING, beat_at=timezone.now())
    run_job(job.pk)
    assert work == []
    assert revive_jobs() == 0
    with scope(municipality=town):
        Job.objects.update(beat_at=timezone.now() - timedelta(minutes=4))
    assert revive_jobs() == 1
    run_job(job.pk)
    assert work == [job.pk]


def test_work_that_ends_while_it_is_given_up_has_ended(town, work, monkeypatch):
    first, second = begin(town), begin(town)
    with scope(municipality=town):
        Job.objects.update(state=JobState.RUNNING, beat_at=timezone.now() - timedelta(hours=1))
        Job.objects.filter(pk=min(first.pk, second.pk)).update(attempts=5)

    def the_other_ends(event):
        Job.objects.exclude(pk=event.job_id).update(state=JobState.DONE)

    monkeypatch.setattr(jobs, "announce", the_other_ends)
    revive_jobs()
    assert {fresh(town, first).state, fresh(town, second).state} == {JobState.DONE, JobState.RUNNING}


def test_work_that_kills_its_worker_again_and_again_is_given_up(town, work):
    job = begin(town)
    with scope(municipality=town):
        Job.objects.update(state=JobState.RUNNING, beat_at=timezone.now() - timedelta(hours=1), attempts=5)
    revive_jobs()
    assert fresh(town, job).state == JobState.FAILED
