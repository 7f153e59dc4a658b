"""Addresses of what tenants write."""

from django.urls import URLPattern, path

from palier.desk import views_exchanges

urlpatterns: list[URLPattern] = [
    path("echanges/", views_exchanges.threads, name="threads"),
    path("echanges/echanges.<slug:wanted>", views_exchanges.threads_export, name="threads_export"),
    path("echanges/<int:thread_id>/", views_exchanges.one_thread, name="one_thread"),
    path("echanges/joint/<int:paper_id>/fichier/", views_exchanges.thread_paper, name="thread_paper"),
    path("echanges/<int:thread_id>/repondre/", views_exchanges.thread_answer, name="thread_answer"),
    path("echanges/<int:thread_id>/confier/", views_exchanges.thread_hand, name="thread_hand"),
    path("echanges/<int:thread_id>/repousser/", views_exchanges.thread_put_off, name="thread_put_off"),
    path("echanges/<int:thread_id>/terminer/", views_exchanges.thread_end, name="thread_end"),
]
