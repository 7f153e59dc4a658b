"""Applications that nobody made, written as the exchange file carries them: the same seed, the same file.

Households, seniorities and situations follow the shapes that the national system publishes; numbers end by TEST0.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from math import log
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from palier.demandes.imports.codes import COMPLEMENT, NAMESPACE, VERSION
from palier.demandes.rules.category import Household, household_category
from palier.demandes.rules.ceiling import income_ceiling
from palier.demo.draws import curve, pick
from palier.demo.households import Kind
from palier.demo.names import family_name, first_name

# Alone for half of them, with children alone for a quarter.
_KINDS = (
    (Kind.SINGLE, 0.46),
    (Kind.SINGLE_PARENT, 0.25),
    (Kind.FAMILY, 0.18),
    (Kind.COUPLE, 0.08),
    (Kind.ADULTS, 0.03),
)
_CHILDREN = ((1, 0.42), (2, 0.33), (3, 0.17), (4, 0.06), (5, 0.02))
_AGES = curve((0, 18), (0.12, 25), (0.5, 38), (0.8, 53), (0.95, 68), (1, 90))
# The income of a household as a share of its PLUS ceiling: two thirds are under it.
_SHARE_OF_CEILING = curve((0, 0.04), (0.25, 0.33), (0.5, 0.72), (0.66, 1.0), (0.85, 1.28), (1, 1.9))
_MEAN_SENIORITY_DAYS, _LONGEST_SENIORITY_DAYS = 950, 3650
# What a household occupies, and the motives that go with it.
_HOUSING: tuple[tuple[tuple[str, tuple[str, ...]], float], ...] = (
    (("LOCATAIRE_HLM", ("LOGEMENT_PETIT", "ENVIRONNEMENT", "LOGEMENT_CHER", "RAPPROCHEMENT_FAMILLE")), 0.33),
    (("LOCATAIRE_PRIVE", ("LOGEMENT_CHER", "LOGEMENT_PETIT", "LOGEMENT_INDIGNE", "PROCEDURE_EXPULSION")), 0.23),
    (("HEBERGE_PARENTS", ("DECOHABITATION", "SANS_LOGEMENT", "MARIAGE_CONCUBINAGE")), 0.14),
    (("HEBERGE_TIERS", ("SANS_LOGEMENT", "DIVORCE")), 0.11),
    (("HEBERGE_STRUCTURE", ("SANS_LOGEMENT",)), 0.06),
    (("RESIDENCE_SOCIALE", ("SANS_LOGEMENT", "RAPPROCHEMENT_TRAVAIL")), 0.05),
    (("SANS_ABRI", ("SANS_LOGEMENT",)), 0.03),
    (("HOTEL", ("SANS_LOGEMENT",)), 0.02),
    (("PROPRIETAIRE", ("DIVORCE", "ACCEDANT_EN_DIFFICULTE")), 0.02),
    (("LOGE_GRATUIT", ("MOBILITE_PROFESSIONNELLE",)), 0.01),
)
_HOUSED_BY_NOBODY = frozenset({"SANS_ABRI", "HOTEL", "HEBERGE_STRUCTURE"})
_PRIORITY_OF = {
    "SANS_ABRI": "SANS_LOGEMENT",
    "HOTEL": "HEBERGEMENT",
    "HEBERGE_STRUCTURE": "HEBERGEMENT",
    "HEBERGE_TIERS": "SANS_LOGEMENT",
}
_OTHER_PRIORITIES = (("MAL_LOGE", 0.4), ("RETOUR_EMPLOI", 0.3), ("VIOLENCES", 0.2), ("JEUNE_ASE", 0.1))
_NEEDS = ("PLAIN_PIED_OU_ASCENSEUR", "DOUCHE_ADAPTEE", "SANS_MARCHE", "FAUTEUIL", "STATIONNEMENT_ADAPTE")
_PROOFS = (("DECLARED", 0.5), ("PROVED", 0.42), ("REJECTED", 0.08))
_NATIONALITIES = (("1", 0.78), ("2", 0.05), ("3", 0.17))
_STAYS = (("REGULAR", 0.9), ("UNCHECKED", 0.08), ("IRREGULAR", 0.02))
# The one code that the public example of the format shows.
_WORK = '<situationProfessionnelle><typeContratTravail code="CDI"/></situationProfessionnelle>'
_SALARY = 'code="SAL"'
_STREETS = ("rue de la Fiction", "allée des Exemples", "avenue du Modèle", "impasse des Essais")
_ZONES = {"PARIS": "paris", "IDF": "idf"}
_LAST_CEILINGS = 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and when: communes with the zone of their ceilings, the day of the file, the seed of every draw."""

    communes: Sequence[tuple[str, str]]
    on: date
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Someone whom the demonstration shows, in place of a name drawn."""

    title: str
    first_name: str
    last_name: str
    birth_date: date
    email: str


def write_exchange(path: Path, demandes: Iterable[str], *, on: date) -> None:
    """Write the file of these demandes."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<interfaceNuu xmlns="{NAMESPACE}" xmlns:p="{COMPLEMENT}" '
            f'versionInterface="{VERSION}">\n<entete><dateFichier>{on}</dateFichier></entete>\n'
        )
        stream.writelines(demandes)
        stream.write("</interfaceNuu>\n")


def demandes(count: int, setting: Setting, *, named: Sequence[Named] = (), first: int = 0) -> Iterator[str]:
    """So many demandes, those of `named` first; the rank of each, from `first`, is all that its draws depend on."""
    for rank in range(first, first + count):
        yield _Drawn(rank, setting, named[rank] if rank < len(named) else None).told()


def number_of(rank: int, filed_on: date) -> str:
    """A number that no system gave: its last signs say so."""
    return f"111{filed_on:%m%y}{rank:06d}TEST0"


def filed_on(rank: int, setting: Setting) -> date:
    """When the demande of that rank was filed: its first draw."""
    return _Drawn(rank, setting, None).filed_on


class _Drawn:
    """One demande, drawn then told."""

    def __init__(self, rank: int, setting: Setting, named: Named | None) -> None:
        self.rng = Random(setting.seed * 10_000_019 + rank)
        self.rank, self.setting, self.named = rank, setting, named
        waited = min(_LONGEST_SENIORITY_DAYS, int(-_MEAN_SENIORITY_DAYS * log(1 - self.rng.random())) + 1)
        self.filed_on = setting.on - timedelta(days=waited)
        self.kind = pick(_KINDS, self.rng.random())
        with_children = self.kind in (Kind.SINGLE_PARENT, Kind.FAMILY)
        self.children = pick(_CHILDREN, self.rng.random()) if with_children else 0
        self.adults = 1 if self.kind in (Kind.SINGLE, Kind.SINGLE_PARENT) else 2
        self.housing, self.motives = pick(_HOUSING, self.rng.random())
        if named:
            # Those who sign in have no lease anywhere.
            self.housing, self.motives = "HEBERGE_TIERS", ("SANS_LOGEMENT", "DIVORCE")
        self.zone = _ZONES.get(self.rng.choice(setting.communes)[1], "other")
        self.income = round(self._ceiling() * _SHARE_OF_CEILING.at(self.rng.random()))

    def told(self) -> str:
        number = number_of(self.rank, self.filed_on)
        age = int(_AGES.at(self.rng.random()))
        person = f"{self._applicant(age)}{self._household(age)}{self._dwelling()}"
        return (
            f"<demande><demandeLogement><numUnique>{number}</numUnique>"
            f"<dateCreationDemande>{self.filed_on}</dateCreationDemande>\n"
            f"<personnePhysique>{person}</personnePhysique>\n{self._asked()}</demandeLogement></demande>\n"
        )

    def _ceiling(self) -> int:
        return _plus_ceiling(self.adults, self.children, self.zone, self.setting.on.year)

    def _born(self, age: int) -> date:
        return self.setting.on - timedelta(days=age * 365 + age // 4 + self.rng.randrange(365))

    def _applicant(self, age: int) -> str:
        rng, year = self.rng, self.setting.on.year
        woman, born = rng.random() < 0.55, self._born(age)
        self.last_name = family_name(rng)
        name, last, mail = (
            first_name(rng, woman=woman, born=born.year),
            self.last_name,
            f"essai{self.rank}@exemple.test",
        )
        if self.named:
            woman, born = self.named.title == "MME", self.named.birth_date
            name, last, mail = self.named.first_name, self.named.last_name, self.named.email
        n1 = (
            f"<montantMoins1>{round(self.income * rng.uniform(0.85, 1.1))}</montantMoins1>"
            if rng.random() < 0.8
            else ""
        )
        who = (
            f"<demandeur>{_identity(woman, last, name, born)}"
            f'<nationalite code="{"1" if self.named else pick(_NATIONALITIES, rng.random())}"/>'
            f"<telPortable>06990{self.rank % 100_000:05d}</telPortable><mel>{mail}</mel>"
            f"<adressePostale><etranger>false</etranger><numero>{rng.randint(1, 140)}</numero>"
            f"<voie>{rng.choice(_STREETS)}</voie><codePostal>00000</codePostal><commune>Exempleville</commune></adressePostale>"
        )
        resources = self._resources(age)
        work = _WORK if _SALARY in resources else ""
        return (
            f"{who}{work}<revenuFiscal><anneeMoins1>{year - 1}</anneeMoins1>{n1}<anneeMoins2>{year - 2}</anneeMoins2>"
            f"<montantMoins2>{self.income}</montantMoins2></revenuFiscal>"
            f"<listeRessourceRecue>{resources}</listeRessourceRecue></demandeur>"
        )

    def _resources(self, age: int) -> str:
        month = round(self.income / 12 * 1.12)
        main = "RET" if age > 63 else "RSA" if month < 560 else "SAL" if self.rng.random() < 0.86 else "CHO"
        told = [(main, max(month, 420))]
        if self.children > 1:
            told.append(("AF", 75 + 180 * (self.children - 2) + 75))
        return "".join(
            f'<detailRessource><ressource code="{code}"/><montant>{euros}</montant></detailRessource>'
            for code, euros in told
        )

    def _household(self, age: int) -> str:
        rng, told = self.rng, []
        children = "".join(
            f"<personneACharge><nom>{escape(self.last_name)}</nom>"
            f"<prenom>{escape(first_name(rng, woman=rng.random() < 0.5, born=born.year))}</prenom>"
            f'<dateNaissance>{born}</dateNaissance><lienParente code="E"/></personneACharge>'
            for born in (self._born(rng.randrange(0, max(1, min(18, age - 17)))) for _ in range(self.children))
        )
        told.append(f"<listePersonneACharge>{children}</listePersonneACharge>" if children else "")
        if rng.random() < 0.03 and 18 <= age < 45:
            due = self.setting.on + timedelta(days=rng.randrange(20, 200))
            told.append(
                f"<personneANaitre><nombre>1</nombre><dateNaissancePrevue>{due}</dateNaissancePrevue></personneANaitre>"
            )
        if self.kind is Kind.SINGLE and rng.random() < 0.08:
            code, born = "G" if rng.random() < 0.6 else "D", self._born(rng.randrange(2, 16))
            told.append(
                f"<listePersonneEnGarde><personneEnGarde><dateNaissance>{born}</dateNaissance>"
                f'<coParentalite code="{code}"/></personneEnGarde></listePersonneEnGarde>'
            )
        if self.adults > 1:
            woman, born = rng.random() < 0.5, self._born(max(18, age + round(rng.gauss(0, 4))))
            name = first_name(rng, woman=woman, born=born.year)
            tie = '<lienDemandeur code="M"/>' if self.kind is not Kind.ADULTS else ""
            told.append(
                f"<listeCotitulaire><cotitulaire>{_identity(woman, self.last_name, name, born)}"
                f'<nationalite code="{pick(_NATIONALITIES, rng.random())}"/>{tie}</cotitulaire></listeCotitulaire>'
            )
        return "".join(told)

    def _dwelling(self) -> str:
        if self.housing in _HOUSED_BY_NOBODY:
            return ""
        rng, persons = self.rng, self.adults + self.children
        self.rooms = min(6, max(1, persons + rng.choice((-2, -1, -1, 0, 0, 1))))
        surface, rent = 14 + self.rooms * rng.randint(11, 17), rng.randint(320, 560) + 110 * self.rooms
        hosted = rng.randint(1, 3) if self.housing.startswith("HEBERGE") else 0
        model = '<listeModeleLogement><modeleLogement code="LP"/></listeModeleLogement>'
        return (
            f"<logementActuel>{model if self.housing == 'LOCATAIRE_PRIVE' else ''}"
            f"<montantMensuelLoyer>{0 if hosted else rent}</montantMensuelLoyer>"
            f"<nombreHabitant>{persons + hosted}</nombreHabitant>"
            f'<typeLogementActuel code="T{self.rooms}"/><surface>{surface}</surface></logementActuel>'
        )

    def _asked(self) -> str:
        rng, persons = self.rng, self.adults + self.children
        communes = list(self.setting.communes)
        wished = rng.sample(communes, min(len(communes), 1 + int(rng.random() ** 2 * 6)))
        least = max(1, min(5, persons - (1 if persons > 2 else 0)))
        told = [f'<p:logement code="{self.housing}"/>', *(f'<p:commune code="{code}"/>' for code, _ in wished)]
        motives = rng.sample(self.motives, min(len(self.motives), 1 + (rng.random() < 0.3)))
        told += [f'<p:motif code="{code}" etat="{pick(_PROOFS, rng.random())}"/>' for code in motives]
        told += [f'<p:priorite code="{code}" etat="{proof}"/>' for code, proof in self._priorities()]
        if rng.random() < 0.06:
            told += [f'<p:besoin code="{code}"/>' for code in rng.sample(_NEEDS, rng.randint(1, 2))]
            told.append(f"<p:invalidites>{1 if rng.random() < 0.4 else 0}</p:invalidites>")
        told.append(f'<p:pieces min="{least}" max="{least + 1}"/>')
        told.append(f"<p:loyerMaximal>{max(300, round(self.income / 12 * 0.38))}</p:loyerMaximal>")
        for rank in range(self.adults):
            if (state := pick(_STAYS, rng.random())) != "UNCHECKED" and not self.named:
                told.append(f'<p:sejour rang="{rank}" etat="{state}"/>')
        if self.housing == "LOCATAIRE_HLM":
            told.append("<p:mutation/>")
        return f"<p:complement>{''.join(told)}</p:complement>"

    def _priorities(self) -> Iterator[tuple[str, str]]:
        rng = self.rng
        proof = pick(_PROOFS, rng.random())
        if self.housing in _PRIORITY_OF and rng.random() < 0.7:
            yield _PRIORITY_OF[self.housing], proof
        elif self.children and self.housing == "LOCATAIRE_PRIVE" and rng.random() < 0.15:
            yield "MINEUR_SUROCCUPATION", proof
        elif rng.random() < 0.08:
            yield pick(_OTHER_PRIORITIES, rng.random()), proof
        if rng.random() < 0.04:
            yield "DALO", "PROVED"


def _identity(woman: bool, last_name: str, name: str, born: date) -> str:
    return (
        f'<civilite code="{"2" if woman else "1"}"/><nom>{escape(last_name)}</nom><prenom>{escape(name)}</prenom>'
        f"<dateNaissance>{born}</dateNaissance>"
    )


@cache
def _plus_ceiling(adults: int, children: int, zone: str, year: int) -> int:
    """In euros a year."""
    found = household_category(Household(adults=adults, dependants=children))
    ceiling = income_ceiling(
        financing="PLUS",
        zone=zone,
        category=found.category,
        extra_people=found.extra_people,
        year=min(year, _LAST_CEILINGS),
    )
    return ceiling.cents // 100
