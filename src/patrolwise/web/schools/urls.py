"""The addresses of the schools register, of a teacher's form, and of weeks of action."""

from django.urls import path

from patrolwise.web.schools import views, views_teacher, views_weeks

urlpatterns = [
    path("s/", views_teacher.session_code, name="session-code"),
    path("s/thank-you/", views_teacher.teacher_thanks, name="teacher-thanks"),
    path("s/<str:code>/", views_teacher.teacher, name="teacher"),
    path("schools/", views.schools, name="schools"),
    path("schools/sessions/", views.sessions, name="sessions"),
    path("schools/sessions/new/", views.session_new, name="session-new"),
    path("schools/sessions/<int:session_id>/", views.session, name="session"),
    path("schools/sessions/<int:session_id>/back/", views.session_back, name="session-back"),
    path("schools/new/", views.school_new, name="school-new"),
    path("schools/surveys/new/", views.survey_new, name="survey-new"),
    path("schools/officers/", views.initiatives, name="initiatives"),
    path("schools/officers/new/", views.initiative_new, name="initiative-new"),
    path("schools/officers/<int:initiative_id>/end/", views.initiative_end, name="initiative-end"),
    path("weeks/", views_weeks.weeks, name="weeks"),
    path("weeks/new/", views_weeks.week_new, name="week-new"),
    path("weeks/<int:campaign_id>/", views_weeks.week, name="week"),
    path("weeks/<int:campaign_id>/new/", views_weeks.activity_new, name="activity-new"),
    path("weeks/activities/<int:activity_id>/", views_weeks.activity_done, name="activity-done"),
]
