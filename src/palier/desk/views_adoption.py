"""The space proposed: campaigns, what each gave at a glance, its papers, and the surveys that came back."""

import csv
import io
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.adoption.access import CampaignNotFound
from palier.adoption.assumptions import assumptions
from palier.adoption.models import MEANS, WITH_NOTICE
from palier.adoption.operations.answers import answer_survey
from palier.adoption.operations.asking import ask_invitation, ask_survey, progress_key
from palier.adoption.operations.campaigns import open_campaign
from palier.adoption.papers import NobodyInvitedHere, NoSurveyHere, leaflet_pdf, leaflets_pdf, surveys_pdf
from palier.adoption.queries.report import STEPS, CampaignReport, CampaignRow, campaign, campaigns, report_of
from palier.adoption.queries.sheets import next_notices, sheets_by_hand, sheets_of
from palier.adoption.questionnaire import QUESTIONS
from palier.adoption.rules.hiding import LEAST_SHOWN
from palier.desk.answers import strangers_get_404
from palier.desk.forms_adoption import AnswerForm, CampaignForm
from palier.desk.month_page import job_of, when
from palier.desk.navigation import framed
from palier.desk.paper_places import paper_places
from palier.dispatch.adapters.remote import ProviderMisdescribed
from palier.dispatch.operations.enclosing import MOST_DAYS
from palier.estate.access import residence_in_scope
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.foundation.queries import latest_work
from palier.privacy.rights import may_open
from palier.web import words
from palier.web.components import Bar, Fig, Link
from palier.web.requests import ActorRequest

_MEANS: Final = dict(MEANS)
_HIDDEN: Final = "caché"
# What a bar has room for.
_STEPS_SHORT: Final = {"consented": "Accord en ligne", "came_back": "Revenus sous 90 jours"}


def adoption(request: ActorRequest) -> HttpResponseBase:
    """The campaigns, and a new one."""
    form = CampaignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = open_campaign(
                means=form.cleaned_data["moyen"],
                control_percent=form.cleaned_data["temoins"],
                residence_ids=None,
                actor=request.actor,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "Les cohortes sont tirées. Rien n’est envoyé\u00a0: le questionnaire vient d’abord."
            )
            return HttpResponseRedirect(reverse("desk:adoption_campaign", args=[opened.pk]))
    context: dict[str, object] = {
        "rows": [(row, _MEANS[row.means]) for row in campaigns()],
        "form": form,
        "answer_url": _answer_url(request),
        "crumbs": [Link(label="Adoption")],
    }
    return framed(request, "desk/adoption.html", context, status=422 if form.errors else 200)


def adoption_campaign(request: ActorRequest, campaign_id: int) -> HttpResponseBase:
    """One campaign at a glance: steps, comparison, answers, paper and cost."""
    row = _row(campaign_id)
    stated = assumptions(settings.PALIER_HOME)
    report = report_of(row, stated)
    context: dict[str, object] = {
        "row": row,
        "means": _MEANS[row.means],
        "report": report,
        "glance": _glance(report),
        "bars": _bars(report),
        "compared": [
            (
                STEPS[code],
                _share(each.invited_rate),
                _share(each.control_rate),
                _told(each.difference),
                f"de {_told(each.low)} à {_told(each.high)}",
                each.is_sure,
            )
            for code, each in report.comparisons.items()
        ],
        "questions": [
            (question, [(label, report.answers[question.code][choice]) for choice, label in question.choices])
            for question in QUESTIONS
        ],
        "stated": stated.values(),
        "paper": paper_places(request.actor.role, sheets_of(campaign_id), with_notice=row.means == WITH_NOTICE),
        "notices": _notices_told() if row.means == WITH_NOTICE else "",
        "most_days": MOST_DAYS,
        "by_hand": row.means == "CARETAKER",
        "job": job_of(
            latest_work(progress_key(campaign_id)),
            poll_url="",
            page_url=reverse("desk:adoption_campaign", args=[campaign_id]),
            at=now(),
        ),
        "least": LEAST_SHOWN,
        "crumbs": [Link(label="Adoption", url=reverse("desk:adoption")), Link(label=f"Campagne n° {row.id}")],
    }
    return framed(request, "desk/adoption_campaign.html", context)


def adoption_step(request: ActorRequest, campaign_id: int) -> HttpResponseBase:
    """The survey was sent; then the invitation."""
    try:
        match request.POST.get("etape", ""):
            case "questionnaire":
                ask_survey(campaign_id=campaign_id, actor=request.actor, at=now())
                messages.success(request, "Le questionnaire est lancé\u00a0: où sont les feuilles se lit plus bas.")
            case "invitation":
                invited = ask_invitation(campaign_id=campaign_id, actor=request.actor, at=now())
                messages.success(request, f"{words.count(invited, 'bail invité', 'baux invités')}.")
            case _:
                raise Http404
    except CampaignNotFound as unknown:
        raise Http404 from unknown
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("desk:adoption_campaign", args=[campaign_id]))


def adoption_export(request: ActorRequest, campaign_id: int) -> HttpResponseBase:
    """The same figures as CSV: counts alone, those that are hidden left empty."""
    report = report_of(_row(campaign_id), assumptions(settings.PALIER_HOME))
    page = io.StringIO()
    writer = csv.writer(page, delimiter=";")
    writer.writerow(["etape", "invites", "temoins"])
    writer.writerow(["Cohorte", report.invited_total, report.control_total])
    for step in report.steps:
        writer.writerow([step.label, *("" if n is None else n for n in (step.invited, step.control))])
    for figure in report.figures:
        writer.writerow([figure.label, "" if figure.value is None else figure.value, figure.unit])
    headers = {"Content-Disposition": f'attachment; filename="adoption-{campaign_id}.csv"', "Cache-Control": "no-store"}
    return HttpResponse("\ufeff" + page.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def adoption_leaflet(request: ActorRequest) -> HttpResponseBase:
    """The leaflet, without any code."""
    return _pdf(leaflet_pdf(on=today()), "depliant.pdf")


@strangers_get_404
def adoption_surveys(request: ActorRequest, campaign_id: int, residence_id: int) -> HttpResponseBase:
    """The surveys of one residence of the agency, one page a door."""
    _row(campaign_id)
    residence_in_scope(residence_id)
    try:
        content = surveys_pdf(campaign_id=campaign_id, residence_id=residence_id, on=today())
    except NoSurveyHere as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:adoption_answer"))
    return _pdf(content, f"questionnaires-{campaign_id}-{residence_id}.pdf")


@strangers_get_404
def adoption_leaflets(request: ActorRequest, campaign_id: int, residence_id: int) -> HttpResponseBase:
    """The leaflets that the caretaker of one residence hands over, one a door of those invited."""
    _row(campaign_id)
    residence_in_scope(residence_id)
    try:
        content = leaflets_pdf(campaign_id=campaign_id, residence_id=residence_id, on=today())
    except NobodyInvitedHere as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:adoption_answer"))
    return _pdf(content, f"depliants-{campaign_id}-{residence_id}.pdf")


def adoption_answer(request: ActorRequest) -> HttpResponseBase:
    """Type the answers of a survey that came back."""
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_survey(code=form.cleaned_data["code"], answers=form.answers, at=now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "C’est compté. Rien ne dit qui a répondu quoi.")
            return HttpResponseRedirect(reverse("desk:adoption_answer"))
    context: dict[str, object] = {
        "form": form,
        "by_hand": sheets_by_hand(),
        "crumbs": [Link(label="Questionnaires rendus")],
    }
    return framed(request, "desk/adoption_answer.html", context, status=422 if form.errors else 200)


def _row(campaign_id: int) -> CampaignRow:
    found = campaign(campaign_id)
    if found is None:
        raise Http404
    return found


def _answer_url(request: ActorRequest) -> str:
    return reverse("desk:adoption_answer") if may_open(request.actor.role, "desk:adoption_answer") else ""


def _glance(report: CampaignReport) -> list[Fig]:
    """What a director looks at first: who was asked, who agreed, what the campaign brought, what it cost."""
    agreed = next(step.invited for step in report.steps if step.code == "consented")
    effect = report.comparisons.get("consented")
    money = {figure.code: figure.value for figure in report.figures if figure.unit == "€"}
    balance = money["BALANCE"]
    return [
        Fig(
            label="Baux tirés pour l’invitation",
            value=words.number(report.invited_total),
            note=f"et {words.number(report.control_total)} témoins",
        ),
        Fig(
            label="Accords pour les avis en ligne",
            value=_HIDDEN if agreed is None else words.number(agreed),
            note="" if agreed is None else f"soit {_share(agreed / report.invited_total)}",
        ),
        Fig(label="Écart avec les témoins", value=_HIDDEN, note="trop peu de personnes")
        if effect is None
        else Fig(
            label="Écart avec les témoins",
            value=_told(effect.difference),
            note="la campagne y est pour quelque chose" if effect.is_sure else "on ne peut pas conclure",
        ),
        Fig(
            label="Coût évité moins coût de la campagne",
            value="non calculé" if balance is None else _euros(balance),
            note="" if balance is None else f"{_euros(money['SAVED'])} évités, {_euros(money['SPENT'])} dépensés",
            debt=balance is not None and balance < 0,
        ),
    ]


def _bars(report: CampaignReport) -> list[Bar]:
    """The share of the invited cohort at each step, in thousandths."""
    return [
        Bar(
            label=_STEPS_SHORT.get(step.code, step.label),
            value=round(1000 * step.invited / report.invited_total),
            text=_share(step.invited / report.invited_total),
        )
        for step in report.steps
        if step.invited is not None and report.invited_total
    ]


def _euros(amount: Decimal | None) -> str:
    return words.euros(None if amount is None else round(amount * 100))


def _notices_told() -> str:
    """When the next notices leave, as far as what left says it."""
    try:
        found = next_notices()
    except ProviderMisdescribed as refusal:
        return str(refusal)
    notices = found.notices
    if found.are_outside:
        return (
            "Vos avis sont confiés au courrier hybride\u00a0: chaque feuille part seule, affranchie comme une lettre."
        )
    if notices.waiting:
        waiting = words.count(notices.waiting, "avis sur papier attend", "avis sur papier attendent")
        return f"{waiting} un lot\u00a0: les feuilles écrites avant que ce lot soit fait partent avec."
    if notices.month is None:
        return "Aucun avis n’est encore parti d’ici sur papier\u00a0: les feuilles attendent le premier."
    month = Month.of(notices.month)
    made = f", le {when(notices.last_lot_at)}" if notices.last_lot_at else ""
    return (
        f"Les avis {month.of_fr()} sont déjà en lots{made}. Les feuilles partent avec ceux {month.next().of_fr()}, "
        "quand leurs lots sont faits."
    )


def _share(share: float) -> str:
    """« 12,5 % »."""
    return f"{Decimal(share * 100).quantize(Decimal('0.1')):f}".replace(".", ",") + "\u00a0%"


def _told(difference: float) -> str:
    """« +12,5 points »."""
    return (
        f"{Decimal(difference * 100).quantize(Decimal('0.1')):+f}".replace(".", ",").replace("-", "\u2212") + " points"
    )


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
