"""Issues: the list, a client's panel, one issue, and its steps, each a noun under it."""

from django.urls import path

from clients.views import issue_list, issue_steps, issues


def _step(noun):
    address, view = f"issues/<int:issue_id>/{noun}/", issue_steps.issue_step
    return path(address, view, {"noun": noun}, name=f"issue_{noun}")


urlpatterns = [
    path("issues/", issue_list.issue_list, name="issues"),
    path("clients/<int:client_id>/issues/", issues.client_issues, name="client_issues"),
    path("clients/<int:client_id>/issues/new/", issues.issue_new, name="issue_new"),
    path("issues/<int:issue_id>/", issues.issue_page, name="issue_page"),
    path("issues/<int:issue_id>/edit/", issues.issue_edit, name="issue_edit"),
    *[_step(noun) for noun in issue_steps.STEPS],
]
