from django_tasks import task

from kiun.activity import services


@task()
def carry_out(job_id: int) -> None:
    services.run_job(job_id)
