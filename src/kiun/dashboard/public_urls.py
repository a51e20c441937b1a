from django.urls import path

from kiun.dashboard.views import public, public_momentum, public_roadmap, reports

app_name = "public"
urlpatterns = [
    path("", public.public_home, name="home"),
    path("version/", public.public_live_version, name="live_version"),
    path("indicators.csv", public.public_download, name="download"),
    path("roadmap/", public_roadmap.public_roadmap, name="roadmap"),
    path("momentum/", public_momentum.public_momentum, name="momentum"),
    path("policies/<int:pk>/", public.public_policy_detail, name="policy"),
    path("indicators/<int:pk>/", public.public_indicator_detail, name="indicator"),
    path("indicators/<int:pk>/embed/", public.public_indicator_embed, name="embed"),
    path("reports/", reports.public_report_list, name="report_list"),
    path("reports/<int:pk>/", reports.public_report, name="report"),
    path("reports/<int:pk>/files/<int:file>/", reports.public_report_file, name="report_file"),
]
