"""The addresses of casework."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
