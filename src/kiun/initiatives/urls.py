from django.urls import path

from kiun.initiatives.views import decisions, initiatives, links, phases, priorities, shared

app_name = "initiatives"
urlpatterns = [
    path("initiatives/", initiatives.initiative_list, name="initiative_list"),
    path("initiatives/new/", initiatives.initiative_create, name="initiative_create"),
    path("initiatives/people/", initiatives.people, name="people"),
    path("initiatives/priorities/", priorities.priority_edit, name="priority_edit"),
    path("initiatives/links/<int:pk>/remove/", links.link_remove, name="link_remove"),
    path("initiatives/milestones/<int:pk>/edit/", phases.milestone_edit, name="milestone_edit"),
    path("initiatives/milestones/<int:pk>/reach/", phases.milestone_reach, name="milestone_reach"),
    path("initiatives/milestones/<int:pk>/remove/", phases.milestone_remove, name="milestone_remove"),
    path("initiatives/phases/<int:pk>/edit/", phases.phase_edit, name="phase_edit"),
    path("initiatives/phases/<int:pk>/reach/", phases.phase_reach, name="phase_reach"),
    path("initiatives/phases/<int:pk>/remove/", phases.phase_remove, name="phase_remove"),
    path("initiatives/shared/", shared.shared_list, name="shared_list"),
    path("initiatives/shared/<int:pk>/", shared.shared_detail, name="shared_detail"),
    path("initiatives/shares/<int:pk>/end/", links.share_end, name="share_end"),
    path("initiatives/<int:pk>/", initiatives.initiative_detail, name="initiative_detail"),
    path("initiatives/<int:pk>/approve/", decisions.initiative_approve, name="initiative_approve"),
    path("initiatives/<int:pk>/comment/", shared.comment_add, name="comment_add"),
    path("initiatives/<int:pk>/edit/", initiatives.initiative_edit, name="initiative_edit"),
    path("initiatives/<int:pk>/end/", decisions.initiative_end, name="initiative_end"),
    path("initiatives/<int:pk>/files/new/", links.file_add, name="file_add"),
    path("initiatives/<int:pk>/links/new/", links.link_create, name="link_create"),
    path("initiatives/<int:pk>/milestones/new/", phases.milestone_create, name="milestone_create"),
    path("initiatives/<int:pk>/phases/new/", phases.phase_create, name="phase_create"),
    path("initiatives/<int:pk>/reopen/", decisions.initiative_reopen, name="initiative_reopen"),
    path("initiatives/<int:pk>/share/", links.share_create, name="share_create"),
]
