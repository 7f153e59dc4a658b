"""Addresses about access: files outside the portfolio, replacements, protected addresses, the policy on screen."""

from django.urls import URLPattern, path

from palier.desk import views_held, views_openings, views_policy, views_protection

urlpatterns: list[URLPattern] = [
    path("acces/", views_openings.open_file_page, name="open_file"),
    path("acces/dossiers/<int:lease_id>/", views_openings.opened_file, name="opened_file"),
    path("acces/urgences/<int:lease_id>/", views_openings.opened_file, name="emergency_file"),
    path("acces/remplacements/", views_openings.replacements, name="replacements"),
    path("acces/remplacements/<int:opening_id>/finir/", views_openings.replacement_end, name="replacement_end"),
    path("acces/protections/", views_protection.protections, name="protections"),
    path("acces/protections/dossiers/<int:lease_id>/", views_protection.protected_file, name="protected_file"),
    path(
        "acces/protections/dossiers/<int:lease_id>/lettre-d-acces/",
        views_protection.protected_access_letter,
        name="protected_access_letter",
    ),
    path(
        "acces/protections/dossiers/<int:lease_id>/bons/<int:person_id>/",
        views_protection.protected_access_slip,
        name="protected_access_slip",
    ),
    path("acces/protections/attribution/", views_held.allocation, name="protected_allocation"),
    path(
        "acces/protections/proposer/<int:vacancy_id>/<int:application_id>/",
        views_held.proposed,
        name="protected_proposed",
    ),
    path("acces/protections/lettres/<int:letter_id>/", views_held.letter, name="protected_letter"),
    path("acces/protections/lettres/<int:letter_id>/remise/", views_held.handed, name="protected_letter_handed"),
    path("acces/protections/lettres/<int:letter_id>/reponse/", views_held.answered, name="protected_letter_answered"),
    path("acces/protections/nouvelle/<int:lease_id>/", views_protection.protect, name="protect"),
    path("acces/protections/<int:protection_id>/finir/", views_protection.protection_end, name="protection_end"),
    path("donnees/politique/", views_policy.policy, name="policy"),
    path("donnees/politique/alertes/<int:alarm_id>/", views_policy.alarm_seen, name="alarm_seen"),
]
