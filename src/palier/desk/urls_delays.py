"""Addresses of the delays asked by tenants."""

from django.urls import URLPattern, path

from palier.desk import views_delays

urlpatterns: list[URLPattern] = [
    path("delais/", views_delays.delays, name="delays"),
    path("delais/<int:delay_id>/", views_delays.one_delay, name="one_delay"),
    path("delais/<int:delay_id>/accorder/", views_delays.delay_agree, name="delay_agree"),
    path("delais/<int:delay_id>/proposer/", views_delays.delay_offer, name="delay_offer"),
    path("delais/<int:delay_id>/refuser/", views_delays.delay_refuse, name="delay_refuse"),
    path("delais/<int:delay_id>/arreter/", views_delays.delay_end, name="delay_end"),
]
