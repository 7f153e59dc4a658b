"""Addresses of repairs: what is asked by households, seen by caretakers, written down at the desk."""

from django.urls import URLPattern, path

from palier.desk import views_repair_delays, views_tickets

urlpatterns: list[URLPattern] = [
    path("proximite/", views_tickets.tickets, name="tickets"),
    path("proximite/delais/", views_repair_delays.repair_delays, name="repair_delays"),
    path("proximite/demandes/reunir/", views_tickets.ticket_group, name="ticket_group"),
    path("proximite/demandes/<int:ticket_id>/", views_tickets.ticket, name="ticket"),
    path("proximite/demandes/<int:ticket_id>/<int:photo_id>.jpg", views_tickets.ticket_photo, name="ticket_photo"),
    path("proximite/demandes/<int:ticket_id>/confier/", views_tickets.ticket_assign, name="ticket_assign"),
    path("proximite/demandes/<int:ticket_id>/clore/", views_tickets.ticket_close, name="ticket_close"),
    path("proximite/demandes/<int:ticket_id>/separer/", views_tickets.ticket_split, name="ticket_split"),
    path("proximite/demandes/<int:ticket_id>/rendez-vous/", views_tickets.ticket_propose, name="ticket_propose"),
    path("proximite/rendez-vous/<int:visit_id>/deplacer/", views_tickets.visit_move, name="visit_move"),
    path("proximite/rendez-vous/<int:visit_id>/suite/", views_tickets.visit_note, name="visit_note"),
    path("baux/<int:lease_id>/demande-technique/", views_tickets.repair_write, name="repair_write"),
]
