from django.urls import include, path

from kiun.ui import views

app_name = "ui"
urlpatterns = [
    path("language/<slug:code>/", views.choose_language, name="language"),
    path("gallery/", include("kiun.ui.gallery.urls")),
]
