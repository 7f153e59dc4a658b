"""Addresses of scores: the grids, and the points of one application."""

from django.urls import URLPattern, path

from palier.desk import views_scores

urlpatterns: list[URLPattern] = [
    path("demandes/grilles/", views_scores.score_grids, name="score_grids"),
    path("demandes/<int:application_id>/points/", views_scores.application_score, name="application_score"),
]
