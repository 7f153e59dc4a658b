"""Addresses of the grids tried on the whole stock of applications."""

from django.urls import URLPattern, path

from palier.desk import views_trials

urlpatterns: list[URLPattern] = [
    path("demandes/grilles/essais/", views_trials.score_trials, name="score_trials"),
    path("demandes/grilles/essais/points/", views_trials.score_trial_weights, name="score_trial_weights"),
    path("demandes/grilles/essais/<int:trial_id>/", views_trials.score_trial, name="score_trial"),
    path(
        "demandes/grilles/essais/<int:trial_id>/avancement/",
        views_trials.score_trial_progress,
        name="score_trial_progress",
    ),
    path("demandes/grilles/essais/<int:trial_id>/grille.toml", views_trials.score_trial_grid, name="score_trial_grid"),
    path(
        "demandes/grilles/essais/<int:trial_id>/essai.<slug:wanted>",
        views_trials.score_trial_export,
        name="score_trial_export",
    ),
]
