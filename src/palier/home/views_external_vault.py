"""A copy in one's own vault, elsewhere: its number given, and taken back."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from palier.dispatch.adapters import vault
from palier.dispatch.adapters.remote import ProviderMisdescribed, described
from palier.dispatch.channels import Nature
from palier.dispatch.operations.vaults import choose_vault, leave_vault, own_vaults
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.home.navigation import me, page, trail
from palier.leases.queries.tenant import own_leases
from palier.web.languages import said as why_refused
from palier.web.requests import ActorRequest


def external_vault(request: ActorRequest) -> HttpResponse:
    """The vault of each of one's leases, where the landlord is linked to one."""
    on = today()
    leases = [lease for lease in own_leases(me(request), on=on) if not lease.has_ended(on)]
    if request.method == "POST":
        return _asked(request, {lease.id for lease in leases})
    try:
        provider = described(vault.FILE)
    except ProviderMisdescribed:
        provider = None
    chosen = own_vaults([lease.id for lease in leases], actor=request.actor)
    request.reading.saw([me(request)])
    context: dict[str, object] = {
        "leases": [(lease, chosen.get(lease.id)) for lease in leases],
        "provider": provider,
        "is_simulated": provider is not None and provider.nature is Nature.SIMULATED,
        "crumbs": trail((gettext("Mes documents"), reverse("home:documents")), (gettext("Mon coffre externe"), "")),
    }
    return page(request, "home/external_vault.html", context)


def _asked(request: ActorRequest, leases: set[int]) -> HttpResponse:
    typed = request.POST.get("bail", "")
    lease_id = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else 0
    if lease_id not in leases:
        raise Http404
    request.reading.saw([me(request)])
    if request.POST.get("acte") == "RETIRER":
        leave_vault(lease_id=lease_id, actor=request.actor, at=now())
        messages.success(request, gettext("C’est fait\u00a0: plus rien n’est copié dans ce coffre."))
    else:
        try:
            number = request.POST.get("numero", "")[:80]
            choose_vault(lease_id=lease_id, number=number, actor=request.actor, at=now())
        except Refusal as refusal:
            messages.error(request, why_refused(refusal))
        else:
            messages.success(request, gettext("Le numéro de votre coffre est noté."))
    return HttpResponseRedirect(reverse("home:external_vault"))
