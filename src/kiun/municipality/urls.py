from django.urls import URLPattern, URLResolver

app_name = "municipality"
urlpatterns: list[URLPattern | URLResolver] = []
