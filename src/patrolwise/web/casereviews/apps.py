"""The app's name."""

from django.apps import AppConfig


class CaseReviewsConfig(AppConfig):
    """Case reviews of anti-social behaviour, from the application to the appeal."""

    name = "patrolwise.web.casereviews"
    label = "casereviews"
