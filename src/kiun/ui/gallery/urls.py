from django.urls import path

from kiun.ui.gallery import views

app_name = "gallery"
urlpatterns = [
    path("", views.components, name="components"),
    path("overview/", views.overview, name="overview"),
    path("form/", views.form, name="form"),
    path("wide-table/", views.wide_table, name="wide_table"),
    path("public/", views.public, name="public"),
    path("print/", views.report, name="print"),
    path("embed/", views.embed, name="embed"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("errors/<slug:name>/", views.error, name="error"),
    path("search/", views.search, name="search"),
    path("job/", views.job, name="job"),
    path("version/", views.version, name="version"),
]
