import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from kiun.config.models import DutyRun
from kiun.config.operations.ticking import LEASE, RETRY_AFTER, Outcome, run_due
from kiun.kernel.schedule import Duty, duties
from tests.config.installations import Installation

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Diary:
    def __init__(self) -> None:
        self.runs: list[datetime] = []

    def __call__(self, now: datetime) -> str:
        self.runs.append(now)
        return f"{len(self.runs)} sent"


def duty(run: object, every: timedelta = HOUR) -> Duty:
    return Duty(id="tests.mails", every=every, run=run)  # type: ignore[arg-type]


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.mark.django_db
def test_a_duty_runs_at_once_and_then_when_its_time_has_come() -> None:
    diary = Diary()
    moments = [NOW, NOW + HOUR / 2, NOW + HOUR, NOW + HOUR + HOUR / 2, NOW + 2 * HOUR]
    for moment in moments:
        run_due([duty(diary)], at(moment))
    assert diary.runs == [NOW, NOW + HOUR, NOW + 2 * HOUR]


@pytest.mark.django_db
def test_what_was_done_is_told_and_kept() -> None:
    assert run_due([duty(Diary())], at(NOW)) == [Outcome("tests.mails", was_successful=True, words="1 sent")]
    kept = DutyRun.objects.get(duty="tests.mails")
    assert (kept.last_run_at, kept.was_successful, kept.outcome) == (NOW, True, "1 sent")


@pytest.mark.django_db
def test_a_failure_is_told_kept_and_tried_again_soon_and_stops_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_now: datetime) -> str:
        raise OSError("the mail server is away")

    diary = Diary()
    other = Duty(id="tests.other", every=HOUR, run=diary)
    outcomes = run_due([duty(fail), other], at(NOW))
    assert outcomes == [
        Outcome("tests.mails", was_successful=False, words="OSError: the mail server is away"),
        Outcome("tests.other", was_successful=True, words="1 sent"),
    ]
    kept = DutyRun.objects.get(duty="tests.mails")
    assert (kept.was_successful, kept.due_at) == (False, NOW + RETRY_AFTER)
    assert "The duty tests.mails failed" in caplog.text


@pytest.mark.django_db
def test_while_a_duty_runs_nobody_else_takes_it_until_its_ticker_must_be_dead() -> None:
    inner: list[Outcome] = []
    late: list[Outcome] = []
    every = timedelta(minutes=1)

    def run(now: datetime) -> str:
        inner.extend(run_due([duty(Diary(), every)], at(now + timedelta(minutes=5))))
        late.extend(run_due([duty(Diary(), every)], at(now + LEASE)))
        return ""

    run_due([duty(run, every)], at(NOW))
    assert inner == []
    assert [outcome.words for outcome in late] == ["1 sent"]


@pytest.mark.django_db
def test_a_duty_after_a_long_one_begins_at_its_own_time_and_is_left_alone_for_a_whole_lease() -> None:
    moments = iter([NOW, NOW + 2 * LEASE])
    second, intruder = Diary(), Diary()
    every = timedelta(minutes=1)

    def run(now: datetime) -> str:
        run_due([Duty(id="tests.other", every=every, run=intruder)], at(now + LEASE - every))
        return second(now)

    run_due([duty(Diary()), Duty(id="tests.other", every=every, run=run)], lambda: next(moments))
    assert second.runs == [NOW + 2 * LEASE]
    assert intruder.runs == []


@pytest.mark.django_db
def test_who_ends_too_late_does_not_free_what_another_has_taken_over() -> None:
    def take_over(now: datetime) -> str:
        DutyRun.objects.update(due_at=now + 2 * LEASE)  # another ticker's claim
        return ""

    run_due([duty(take_over, timedelta(minutes=1))], at(NOW))
    assert DutyRun.objects.get().due_at == NOW + 2 * LEASE


def test_duties_of_the_installation_are_registered() -> None:
    assert {"config.sessions", "config.finished_tasks"} - {duty.id for duty in duties} == set()


def test_of_two_tickers_at_the_same_moment_each_duty_is_run_by_one(own: Installation) -> None:
    tickers = [own.start("tick", stderr=subprocess.PIPE) for _ in range(4)]
    outputs = [ticker.communicate(timeout=60) for ticker in tickers]
    assert [ticker.returncode for ticker in tickers] == [0, 0, 0, 0], outputs
    done = [line.split()[1] for out, _ in outputs for line in out.splitlines() if line.startswith("✓")]
    assert sorted(done) == sorted(duty.id for duty in duties)
