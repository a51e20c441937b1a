from django.urls import include, path

from kiun.momentum.views import interventions

one = [
    path("", interventions.intervention_detail, name="intervention_detail"),
    path("edit/", interventions.intervention_edit, name="intervention_edit"),
    path("draw/", interventions.intervention_draw, name="intervention_draw"),
    path("register/", interventions.intervention_register, name="intervention_register"),
    path("withdraw/", interventions.intervention_withdraw, name="intervention_withdraw"),
    path("remove/", interventions.intervention_remove, name="intervention_remove"),
    path("words/", interventions.intervention_words, name="intervention_words"),
    path("link/", interventions.intervention_link, name="intervention_link"),
    path("links/<int:link>/remove/", interventions.intervention_unlink, name="intervention_unlink"),
]
urlpatterns = [
    path("momentum/remedies/", interventions.remedy_list, name="remedy_list"),
    path("momentum/interventions/", interventions.intervention_list, name="intervention_list"),
    path("momentum/interventions/new/<slug:remedy>/", interventions.intervention_create, name="intervention_create"),
    path("momentum/interventions/<int:pk>/", include(one)),
]
