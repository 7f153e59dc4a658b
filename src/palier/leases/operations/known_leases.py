"""The dwellings and leases that a lease file can name, read residence by residence as the file names them."""

from collections import OrderedDict, defaultdict

from palier.estate.models import Dwelling, Residence
from palier.leases.imports.lease_file import DwellingKey, KnownDwelling, KnownLease, known_name
from palier.leases.models import Lease, Occupant, Term

# Files go residence by residence: a few are kept, the others are read again if the file comes back to them.
RESIDENCES_KEPT = 200


class KnownDwellings:
    """Dwellings by residence, building, staircase and door."""

    def __init__(self) -> None:
        self._ids = dict(Residence.objects.values_list("code", "id"))
        self._kept: OrderedDict[str, dict[DwellingKey, KnownDwelling]] = OrderedDict()

    def of(self, key: DwellingKey) -> KnownDwelling | None:
        """The dwelling, or None when the stock has none there."""
        code = key[0]
        residence_id = self._ids.get(code)
        if residence_id is None:
            return None
        if code not in self._kept:
            self._kept[code] = _dwellings_of(code, residence_id)
            if len(self._kept) > RESIDENCES_KEPT:
                self._kept.popitem(last=False)
        return self._kept[code].get(key)


def known_references() -> frozenset[str]:
    """The references that leases already carry."""
    return frozenset(Lease.objects.values_list("reference", flat=True).iterator())


def _dwellings_of(code: str, residence_id: int) -> dict[DwellingKey, KnownDwelling]:
    leases = _leases_of(residence_id)
    place = ("staircase__building__code", "staircase__code", "door")
    rows = Dwelling.objects.filter(residence_id=residence_id).values_list(*place, "id", "residence__nature")
    return {
        (code, building, staircase, door): KnownDwelling(
            id=dwelling_id,
            residence_id=residence_id,
            nature=nature,
            leases=tuple(leases[dwelling_id]),
        )
        for building, staircase, door, dwelling_id, nature in rows
    }


def _leases_of(residence_id: int) -> dict[int, list[KnownLease]]:
    columns = ("dwelling_id", "id", "reference", "starts_on", "ends_on", "payment_mode")
    rows = list(Lease.objects.filter(residence_id=residence_id).values_list(*columns))
    ids = [row[1] for row in rows]
    amounts: dict[int, list[tuple[str, int]]] = defaultdict(list)
    terms = Term.objects.filter(lease_id__in=ids).order_by("first_day")
    for lease_id, kind, cents in terms.values_list("lease_id", "kind", "amount_cents"):
        amounts[lease_id].append((kind, cents))
    names = ("lease_id", "person__last_name", "person__first_name")
    holders = {
        lease_id: known_name(last_name, first_name)
        for lease_id, last_name, first_name in Occupant.objects.filter(lease_id__in=ids, role="HOLDER").values_list(
            *names
        )
    }
    leases: dict[int, list[KnownLease]] = defaultdict(list)
    for dwelling_id, lease_id, reference, starts_on, ends_on, payment_mode in rows:
        leases[dwelling_id].append(
            KnownLease(
                id=lease_id,
                reference=reference,
                starts_on=starts_on,
                ends_on=ends_on,
                payment_mode=payment_mode,
                holder=holders.get(lease_id, ""),
                amounts=tuple(amounts[lease_id]),
            )
        )
    return leases
