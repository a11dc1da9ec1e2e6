"""The app's name."""

from django.apps import AppConfig


class YourRecordConfig(AppConfig):
    """One-time codes, the pages of the person, complaints, requests and ratings."""

    name = "patrolwise.web.yourrecord"
    label = "yourrecord"
