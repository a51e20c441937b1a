from django.urls import path

from kiun.dashboard.views import public

app_name = "public"
urlpatterns = [
    path("", public.public_home, name="home"),
    path("version/", public.public_live_version, name="live_version"),
    path("indicators.csv", public.public_download, name="download"),
    path("policies/<int:pk>/", public.public_policy_detail, name="policy"),
    path("indicators/<int:pk>/", public.public_indicator_detail, name="indicator"),
    path("indicators/<int:pk>/embed/", public.public_indicator_embed, name="embed"),
]
