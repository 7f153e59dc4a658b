"""Addresses of the yearly campaigns."""

from django.urls import path

from palier.desk import views_campaign_letters, views_campaigns, views_exclusions, views_surveys

_REVISION = "campagnes/revisions/<int:revision_id>/"
_SURVEY = "campagnes/enquetes/<int:survey_id>/"
_MAILING = "campagnes/envois/<int:mailing_id>/"

urlpatterns = [
    path("campagnes/", views_campaigns.campaigns, name="campaigns"),
    path("campagnes/revisions/simuler/", views_campaigns.revision_simulate, name="revision_simulate"),
    path(_REVISION, views_campaigns.revision, name="revision"),
    path(f"{_REVISION}avancement/", views_campaigns.revision_progress, name="revision_progress"),
    path(f"{_REVISION}residences/<int:residence_id>/", views_campaigns.revision_residence, name="revision_residence"),
    path(f"{_REVISION}baux/<int:lease_id>/lettre.pdf", views_campaigns.revision_letter, name="revision_letter"),
    path(f"{_REVISION}viser/", views_campaigns.revision_review, name="revision_review"),
    path(f"{_REVISION}appliquer/", views_campaigns.revision_apply, name="revision_apply"),
    path(f"{_REVISION}retirer/", views_campaigns.revision_undo, name="revision_undo"),
    path("campagnes/secteurs/", views_exclusions.survey_exclusions, name="survey_exclusions"),
    path(
        "campagnes/secteurs/<int:exclusion_id>/fin/", views_exclusions.survey_exclusion_end, name="survey_exclusion_end"
    ),
    path("campagnes/enquetes/ouvrir/", views_surveys.survey_open, name="survey_open"),
    path(_SURVEY, views_surveys.survey, name="survey"),
    path(f"{_SURVEY}lettres/", views_campaign_letters.survey_letters_prepare, name="survey_letters_prepare"),
    path(f"{_REVISION}lettres/", views_campaign_letters.revision_letters_prepare, name="revision_letters_prepare"),
    path(_MAILING, views_campaign_letters.mailing, name="mailing"),
    path(f"{_MAILING}avancement/", views_campaign_letters.mailing_progress, name="mailing_progress"),
    path(f"{_MAILING}exemple.pdf", views_campaign_letters.mailing_sample, name="mailing_sample"),
    path(f"{_MAILING}lancer/", views_campaign_letters.mailing_launch, name="mailing_launch"),
    path(f"{_MAILING}reprendre/", views_campaign_letters.mailing_again, name="mailing_again"),
    path(f"{_MAILING}retirer/", views_campaign_letters.mailing_cancel, name="mailing_cancel"),
    path(f"{_SURVEY}baux/<int:lease_id>/", views_surveys.survey_answer, name="survey_answer"),
    path(f"{_SURVEY}baux/<int:lease_id>/recue/", views_surveys.survey_reached, name="survey_reached"),
]
