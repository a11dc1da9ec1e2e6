"""The addresses of street."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
