from django.urls import path

from kiun.surveys.views import exports, invitations, items, questionnaires, results, surveys, texts
from kiun.surveys.views.answering.on_paper import on_paper
from kiun.surveys.views.answering.signed_in import by_account

app_name = "surveys"
urlpatterns = [
    path("surveys/", surveys.survey_list, name="survey_list"),
    path("surveys/new/", surveys.survey_create, name="survey_create"),
    path("surveys/<int:pk>/", surveys.survey_detail, name="survey_detail"),
    path("surveys/<int:pk>/edit/", surveys.survey_edit, name="survey_edit"),
    path("surveys/<int:pk>/delete/", surveys.survey_delete, name="survey_delete"),
    path("surveys/<int:pk>/open/", invitations.survey_open, name="survey_open"),
    path("surveys/<int:pk>/close/", surveys.survey_close, name="survey_close"),
    path("surveys/<int:pk>/extend/", surveys.survey_extend, name="survey_extend"),
    path("surveys/<int:pk>/remind/", invitations.survey_remind, name="survey_remind"),
    path("surveys/<int:pk>/mail/", invitations.survey_mail, name="survey_mail"),
    path("surveys/<int:pk>/cards/", invitations.survey_cards, name="survey_cards"),
    path("surveys/<int:pk>/slips/", invitations.survey_slips, name="survey_slips"),
    path("surveys/<int:pk>/poster/", invitations.survey_poster, name="survey_poster"),
    path("surveys/<int:pk>/answer/", by_account, name="answer"),
    path("surveys/<int:pk>/paper/", on_paper, name="paper"),
    path("surveys/<int:pk>/results/", results.results, name="results"),
    path("surveys/<int:pk>/results/departments/", results.results_departments, name="results_departments"),
    path("surveys/<int:pk>/results/crossed/", results.results_crossed, name="results_crossed"),
    path("surveys/<int:pk>/results/export/", exports.results_export, name="results_export"),
    path("surveys/<int:pk>/sheets/", exports.sheets_export, name="sheets_export"),
    path("surveys/<int:pk>/texts/", texts.texts, name="texts"),
    path("surveys/<int:pk>/texts/check/", texts.texts_check, name="texts_check"),
    path("surveys/<int:pk>/texts/back/", texts.texts_take_back, name="texts_take_back"),
    path("questionnaires/", questionnaires.questionnaires, name="questionnaire_list"),
    path("questionnaires/new/", questionnaires.questionnaire_create, name="questionnaire_create"),
    path("questionnaires/library/", items.library, name="library"),
    path("questionnaires/ready/<slug:kind>/", questionnaires.ready_set_take, name="ready_set_take"),
    path("questionnaires/<int:pk>/", questionnaires.questionnaire_detail, name="questionnaire_detail"),
    path("questionnaires/<int:pk>/edit/", questionnaires.questionnaire_edit, name="questionnaire_edit"),
    path("questionnaires/<int:pk>/preview/", questionnaires.questionnaire_preview, name="questionnaire_preview"),
    path(
        "questionnaires/<int:pk>/changes/", questionnaires.questionnaire_differences, name="questionnaire_differences"
    ),
    path("questionnaires/<int:pk>/copy/", questionnaires.questionnaire_copy, name="questionnaire_copy"),
    path("questionnaires/<int:pk>/version/", questionnaires.questionnaire_version, name="questionnaire_version"),
    path("questionnaires/<int:pk>/delete/", questionnaires.questionnaire_delete, name="questionnaire_delete"),
    path("questionnaires/<int:pk>/take/", items.library_take, name="library_take"),
    path("questionnaires/<int:pk>/sections/new/", items.section_create, name="section_create"),
    path("questionnaires/<int:pk>/questions/new/", items.item_create, name="item_create"),
    path("questionnaires/sections/<int:pk>/edit/", items.section_edit, name="section_edit"),
    path("questionnaires/sections/<int:pk>/move/", items.section_move, name="section_move"),
    path("questionnaires/sections/<int:pk>/remove/", items.section_remove, name="section_remove"),
    path("questionnaires/questions/<int:pk>/edit/", items.item_edit, name="item_edit"),
    path("questionnaires/questions/<int:pk>/move/", items.item_move, name="item_move"),
    path("questionnaires/questions/<int:pk>/duplicate/", items.item_duplicate, name="item_duplicate"),
    path("questionnaires/questions/<int:pk>/remove/", items.item_remove, name="item_remove"),
]
