"""Addresses of audits: the auditor's pages, then the missions as they are declared and confirmed."""

from django.urls import URLPattern, path

from palier.desk import views_audit, views_audit_sittings, views_missions

urlpatterns: list[URLPattern] = [
    path("audit/", views_audit.audit, name="audit"),
    path("audit/lectures/", views_audit.readings, name="audit_readings"),
    path("audit/lectures/une-a-une/", views_audit.reading_rows, name="audit_reading_rows"),
    path("audit/residences/", views_audit.residences, name="audit_residences"),
    path("audit/residences/<int:residence_id>/", views_audit.residence, name="audit_residence"),
    path("audit/commissions/", views_audit_sittings.sittings, name="audit_sittings"),
    path("audit/commissions/<slug:sitting>/", views_audit_sittings.sitting, name="audit_sitting"),
    path("audit/commissions/<slug:sitting>/comparer/", views_audit_sittings.compare, name="audit_sitting_compare"),
    path("audit/commissions/<slug:sitting>/avancement/", views_audit_sittings.progress, name="audit_sitting_progress"),
    path("audit/commissions/<slug:sitting>/<int:rank>/", views_audit_sittings.item, name="audit_sitting_item"),
    path("audit/textes/", views_audit.texts, name="audit_texts"),
    path("audit/conservation/", views_audit.retention, name="audit_retention"),
    path("audit/dossier/", views_audit.pack, name="audit_pack"),
    path("audit/dossier/avancement/", views_audit.progress, name="audit_progress"),
    path("audit/dossier/dossier-audit.zip", views_audit.pack_file, name="audit_pack_file"),
    path("audit/missions/", views_missions.missions_page, name="audit_missions"),
    path("audit/missions/declarer/", views_missions.declare, name="audit_mission_declare"),
    path("audit/missions/<slug:number>/confirmer/", views_missions.confirm, name="audit_mission_confirm"),
    path("audit/missions/<slug:number>/finir/", views_missions.end, name="audit_mission_end"),
]
