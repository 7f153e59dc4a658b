"""Addresses of adoption."""

from django.urls import URLPattern, path

from palier.desk import views_adoption

urlpatterns: list[URLPattern] = [
    path("adoption/", views_adoption.adoption, name="adoption"),
    path("adoption/depliant.pdf", views_adoption.adoption_leaflet, name="adoption_leaflet"),
    path("adoption/questionnaires/", views_adoption.adoption_answer, name="adoption_answer"),
    path("adoption/<int:campaign_id>/", views_adoption.adoption_campaign, name="adoption_campaign"),
    path("adoption/<int:campaign_id>/etape/", views_adoption.adoption_step, name="adoption_step"),
    path("adoption/<int:campaign_id>/chiffres.csv", views_adoption.adoption_export, name="adoption_export"),
    path(
        "adoption/<int:campaign_id>/residences/<int:residence_id>/depliants.pdf",
        views_adoption.adoption_leaflets,
        name="adoption_leaflets",
    ),
    path(
        "adoption/<int:campaign_id>/residences/<int:residence_id>/questionnaires.pdf",
        views_adoption.adoption_surveys,
        name="adoption_surveys",
    ),
]
