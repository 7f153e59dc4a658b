"""Addresses of the commission: its rules, its sittings, one dwelling and its sheets; what a member reads."""

from django.urls import URLPattern, path

from palier.desk import views_commission, views_commission_draft, views_commission_item, views_commission_member

_SITTING = "commission/seances/<int:sitting_id>/"
_ITEM = "commission/points/<int:item_id>/"
_SHEET = f"{_ITEM}fiches/<int:candidate_sheet_id>/"

urlpatterns: list[URLPattern] = [
    path("commission/", views_commission.sittings, name="sittings"),
    path("commission/nouvelle/", views_commission_draft.sitting_new, name="sitting_new"),
    path("commission/reglement/", views_commission.commission, name="commission"),
    path("commission/reglement/version/", views_commission.commission_rules, name="commission_rules"),
    path("commission/reglement/siege/", views_commission.commission_seat, name="commission_seat"),
    path(
        "commission/reglement/siege/<int:member_id>/fin/",
        views_commission.commission_seat_end,
        name="commission_seat_end",
    ),
    path(_SITTING, views_commission.sitting, name="sitting"),
    path(f"{_SITTING}corriger/", views_commission_draft.sitting_change, name="sitting_change"),
    path(f"{_SITTING}etape/", views_commission.sitting_do, name="sitting_do"),
    path(f"{_SITTING}ordre-du-jour/", views_commission.sitting_agenda, name="sitting_agenda"),
    path(f"{_SITTING}presences/", views_commission.sitting_attendance, name="sitting_attendance"),
    path(f"{_SITTING}convocation.pdf", views_commission.sitting_convocation, name="sitting_convocation"),
    path(f"{_SITTING}proces-verbal.pdf", views_commission.sitting_minutes, name="sitting_minutes"),
    path(f"{_SITTING}identites/", views_commission.sitting_identities, name="sitting_identities"),
    path(_ITEM, views_commission_item.commission_item, name="commission_item"),
    path(f"{_ITEM}agir/", views_commission_item.item_agenda, name="item_agenda"),
    path(f"{_SHEET}decision/", views_commission_item.sheet_decide, name="sheet_decide"),
    path(f"{_SHEET}votes/", views_commission_item.sheet_vote, name="sheet_vote"),
    path("ma-commission/", views_commission_member.my_sittings, name="my_sittings"),
    path("ma-commission/<int:sitting_id>/", views_commission_member.my_sitting, name="my_sitting"),
    path("ma-commission/points/<int:item_id>/", views_commission_member.my_item, name="my_item"),
]
