"""Addresses of residences day to day, and of coded facts."""

from django.urls import URLPattern, path

from palier.desk import views_facts, views_maintenance

urlpatterns: list[URLPattern] = [
    path("proximite/cles/", views_maintenance.key_register, name="key_register"),
    path("proximite/cles/<int:key_set_id>/", views_maintenance.key_moved, name="key_moved"),
    path("proximite/avis/", views_maintenance.papers, name="papers"),
    path("proximite/taches/", views_maintenance.routines, name="routines"),
    path("proximite/consignes/", views_facts.facts, name="facts"),
    path("baux/<int:lease_id>/consignes/", views_facts.lease_facts, name="lease_facts"),
    path("consignes/<int:fact_id>/retirer/", views_facts.fact_end, name="fact_end"),
    path("consignes/<int:fact_id>/annoncer/", views_facts.fact_announce, name="fact_announce"),
    path("consignes/contestation/<int:contest_id>/", views_facts.contest_answer, name="contest_answer"),
]
