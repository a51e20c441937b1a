from django.urls import path

from kiun.activity.views import audit, files, jobs, notices

app_name = "activity"
urlpatterns = [
    path("audit/", audit.audit_list, name="audit_list"),
    path("audit/export.csv", audit.audit_export, name="audit_export"),
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("notices/<int:pk>/", notices.notice_open, name="notice_open"),
    path("jobs/<int:pk>/", jobs.job_detail, name="job_detail"),
    path("jobs/<int:pk>/progress/", jobs.job_progress, name="job_progress"),
    path("jobs/<int:pk>/stop/", jobs.job_stop, name="job_stop"),
    path("files/<int:pk>/", files.attachment, name="attachment"),
    path("files/<int:pk>/remove/", files.attachment_remove, name="attachment_remove"),
]
