"""Addresses of the books."""

from django.urls import URLPattern, path

from palier.desk import views_books, views_closing

urlpatterns: list[URLPattern] = [
    path("comptabilite/", views_books.books, name="books"),
    path("comptabilite/compte/", views_books.books_account, name="books_account"),
    path("comptabilite/plan/", views_books.books_chart, name="books_chart"),
    path("comptabilite/ecritures/", views_books.books_manual, name="books_manual"),
    path("comptabilite/periodes/", views_closing.books_periods, name="books_periods"),
    path("comptabilite/cloture/<str:month>/", views_closing.books_close, name="books_close"),
]
