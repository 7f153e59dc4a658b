"""Addresses of the landlord's own set-up: its sheet, its agencies, its agents."""

from django.urls import URLPattern, path

from palier.desk import views_landlord, views_staff

urlpatterns: list[URLPattern] = [
    path("organisme/", views_landlord.landlord, name="landlord"),
    path("organisme/logo/", views_landlord.landlord_logo, name="landlord_logo"),
    path("organisme/logo/image/", views_landlord.landlord_logo_image, name="landlord_logo_image"),
    path("organisme/iban/", views_landlord.landlord_iban, name="landlord_iban"),
    path("organisme/agences/", views_landlord.agencies, name="agencies"),
    path("organisme/connecteurs/", views_landlord.connectors, name="connectors"),
    path("organisme/agents/", views_staff.staff_page, name="staff"),
    path("organisme/agents/nouveau/", views_staff.agent_new, name="agent_new"),
    path("organisme/agents/<int:agent_id>/", views_staff.agent, name="agent"),
    path("organisme/agents/<int:agent_id>/depart/", views_staff.agent_leave, name="agent_leave"),
    path("organisme/agents/<int:agent_id>/inviter/", views_staff.agent_invite, name="agent_invite"),
    path("organisme/agents/<int:agent_id>/mandats/", views_staff.mandate_give, name="mandate_give"),
    path("organisme/agents/mandats/<int:caretaking_id>/finir/", views_staff.mandate_end, name="mandate_end"),
]
