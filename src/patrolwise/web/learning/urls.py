"""The addresses of recommendations, lessons and trials."""

from django.urls import path

from patrolwise.web.learning import views

urlpatterns = [
    path("recommendations/", views.recommendations, name="recommendations"),
    path("recommendations/new/", views.recommendation_new, name="recommendation-new"),
    path("recommendations/<int:recommendation_id>/", views.recommendation, name="recommendation"),
    path("lessons/", views.lessons, name="lessons"),
    path("lessons/new/", views.lesson_new, name="lesson-new"),
    path("lessons/<int:lesson_id>/again/", views.lesson_again, name="lesson-again"),
    path("trials/", views.trials, name="trials"),
    path("trials/new/", views.trial_new, name="trial-new"),
    path("trials/<int:trial_id>/", views.trial, name="trial"),
]
