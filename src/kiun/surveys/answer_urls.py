"""Where people answer who need no account, below `p/<town>/`. The addresses stand on paper: they never change."""

from django.urls import path

from kiun.surveys.views.answering.by_address import by_address
from kiun.surveys.views.answering.by_ticket import by_ticket, enter_code

app_name = "surveys_public"
urlpatterns = [
    path("q/<str:code>/", by_address, name="open"),
    path("a/", enter_code, name="enter"),
    path("a/<str:secret>/", by_ticket, name="ticket"),
]
