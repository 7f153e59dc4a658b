"""Addresses of what leaves: the month's sendings, the lots to print, the mail that came back."""

from django.urls import URLPattern, path

from palier.desk import views_dispatch, views_print_lots

urlpatterns: list[URLPattern] = [
    path("envois/", views_dispatch.sendings, name="sendings"),
    path("envois/remettre/", views_dispatch.sendings_hand_over, name="sendings_hand_over"),
    path("envois/retours/", views_dispatch.returned_mail, name="returned_mail"),
    path("envois/retours/<int:returned_id>/verifiee/", views_dispatch.returned_checked, name="returned_checked"),
    path(
        "envois/retours/lettres/<int:access_letter_id>/verifiee/",
        views_dispatch.returned_letter_checked,
        name="returned_letter_checked",
    ),
    path("envois/lots/", views_print_lots.print_lots_page, name="print_lots"),
    path("envois/lots/avancement/", views_print_lots.print_lots_progress, name="print_lots_progress"),
    path("envois/lots/<str:lot>/", views_print_lots.print_lot_page, name="print_lot"),
    path("envois/lots/<str:lot>/pdf/", views_print_lots.print_lot_pdf, name="print_lot_pdf"),
    path("envois/lots/<str:lot>/feuille/", views_print_lots.print_lot_sheet, name="print_lot_sheet"),
]
