"""Below `t/<town>/` for the staff; `public_urls` below `p/<town>/` for everybody."""

from django.urls import path

from kiun.dashboard.views import overview, reports, search

app_name = "dashboard"
urlpatterns = [
    path("", overview.start, name="start"),
    path("overview/", overview.home, name="home"),
    path("overview/decisions/", overview.decision_list, name="decisions"),
    path("overview/departments/", overview.departments, name="departments"),
    path("overview/departments/<int:pk>/", overview.department, name="department"),
    path("me/", overview.my_page, name="my_page"),
    path("version/", overview.live_version, name="live_version"),
    path("reports/", reports.report_list, name="report_list"),
    path("reports/new/", reports.report_create, name="report_create"),
    path("reports/<int:pk>/", reports.report_detail, name="report_detail"),
    path("reports/<int:pk>/publish/", reports.report_publish, name="report_publish"),
    path("reports/<int:pk>/remove/", reports.report_remove, name="report_remove"),
    path("search/", search.search, name="search"),
]
