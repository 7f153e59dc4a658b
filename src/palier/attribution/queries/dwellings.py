"""What the rules know of a dwelling on the agenda, and the points that its candidates have."""

from collections import defaultdict
from collections.abc import Collection

from palier.attribution.models import Item, Vacancy
from palier.attribution.models.vacancies import Orientation
from palier.attribution.rules.sheets import DwellingFacts, Score
from palier.demandes.models import OfficialScore, Standing


def dwelling_facts(vacancy_id: int) -> DwellingFacts:
    """The dwelling of a vacancy, as the rules know it."""
    vacancy = Vacancy.objects.defer("lease_id").select_related("dwelling__staircase", "residence").get(pk=vacancy_id)
    dwelling, residence = vacancy.dwelling, vacancy.residence
    contingent = (
        Orientation.objects.filter(vacancy_id=vacancy_id, released_on__isnull=True)
        .values_list("holder__contingent", flat=True)
        .first()
    )
    return DwellingFacts(
        financing=dwelling.financing,
        zone=residence.zone_ceiling,
        rooms=dwelling.rooms,
        floor_area_m2="" if dwelling.floor_area_m2 is None else str(dwelling.floor_area_m2),
        floor=dwelling.floor,
        has_lift=dwelling.staircase.has_lift,
        is_qpv=residence.is_qpv,
        rent_cents=vacancy.rent_cents,
        charges_cents=vacancy.charges_cents,
        # Five digits may be one city's code and another's postcode: the postcode only where the code is not known.
        places=(residence.commune or residence.postcode,),
        contingent=contingent or "7",
    )


def place_of(item: Item) -> str:
    """The dwelling of an item, in words: « Point 3, Les Tilleuls, porte 301 »."""
    door, residence = Vacancy.objects.values_list("dwelling__door", "residence__name").get(pk=item.vacancy_id)
    return f"Point {item.rank}, {residence}, porte {door}"


def scores_of(applications: Collection[int]) -> dict[int, tuple[Score, ...]]:
    """The last official score of each territory, then Palier's own computation, by application."""
    found: dict[int, list[Score]] = defaultdict(list)
    official = OfficialScore.objects.filter(application_id__in=list(applications))
    for each in official.order_by("application_id", "territory", "-computed_on").distinct(
        "application_id", "territory"
    ):
        found[each.application_id].append(
            Score(
                points=f"{each.points.normalize():f}",
                scored_on=each.computed_on,
                source=f"{each.territory}, {each.source}",
                is_official=True,
            )
        )
    for own in Standing.objects.filter(application_id__in=list(applications)).order_by("application_id", "territory"):
        found[own.application_id].append(
            Score(
                points=str(own.points),
                scored_on=own.scored_on,
                source=f"{own.territory}, grille {own.grid_version}",
                is_official=False,
            )
        )
    return {number: tuple(scores) for number, scores in found.items()}
