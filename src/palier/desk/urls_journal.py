"""Addresses of the journal's keeping: alarms, seals."""

from django.urls import URLPattern, path

from palier.desk import views_journal

urlpatterns: list[URLPattern] = [
    path("donnees/alarmes/", views_journal.alarms, name="journal_alarms"),
    path("donnees/alarmes/<int:alarm_id>/", views_journal.alarm_answer, name="journal_alarm_answer"),
    path("donnees/sceaux/", views_journal.seals, name="journal_seals"),
]
