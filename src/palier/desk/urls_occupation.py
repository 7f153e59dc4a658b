"""Addresses of the three-year review of occupations."""

from django.urls import URLPattern, path

from palier.desk import views_occupation, views_opinions

_REVIEW = "occupation/<int:review_id>/"
_SITTING = "commission/seances/<int:sitting_id>/avis/"

urlpatterns: list[URLPattern] = [
    path("occupation/", views_occupation.occupation_reviews, name="occupation_reviews"),
    path(_REVIEW, views_occupation.occupation_review, name="occupation_review"),
    path(f"{_REVIEW}agir/", views_occupation.occupation_review_do, name="occupation_review_do"),
    path(f"{_REVIEW}avancement/", views_occupation.occupation_progress, name="occupation_progress"),
    path("occupation/lettres/<int:opinion_letter_id>/", views_occupation.opinion_letter, name="opinion_letter"),
    path(_SITTING, views_opinions.sitting_opinions, name="sitting_opinions"),
    path(f"{_SITTING}<int:opinion_id>/agir/", views_opinions.sitting_opinion_do, name="sitting_opinion_do"),
    path("ma-commission/<int:sitting_id>/avis/", views_opinions.my_opinions, name="my_opinions"),
]
