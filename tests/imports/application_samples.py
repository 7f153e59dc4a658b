"""Small exchange files of fictional people, sound, to read as they are or to spoil."""

from pathlib import Path

from palier.demandes.imports.codes import COMPLEMENT, NAMESPACE

NUMBER = "1110524000123TEST0"
APPLICANT = """<demandeur>
<civilite code="2"/><nom>Jujubier</nom><prenom>Aïcha</prenom><dateNaissance>1991-04-17</dateNaissance>
<nationalite code="1"/><situationFamiliale code="M"/><telPortable>0600000001</telPortable><mel>aicha@demo.example</mel>
<adressePostale><etranger>false</etranger><numero>8</numero><voie>rue de l’Échelle</voie><codePostal>00000</codePostal>
<commune code="75113"/></adressePostale>
<situationProfessionnelle><profession>libraire</profession><typeContratTravail code="CDI"/>
<nomEmployeurPrincipal>Librairie</nomEmployeurPrincipal><commune code="93048"/></situationProfessionnelle>
<revenuFiscal><anneeMoins1>2025</anneeMoins1><anneeMoins2>2024</anneeMoins2><montantMoins2>18000</montantMoins2>
</revenuFiscal>
<listeRessourceRecue><detailRessource><ressource code="SAL"/><montant>1500</montant></detailRessource>
<detailRessource><ressource code="AF"/><montant>141.99</montant></detailRessource></listeRessourceRecue>
<listeRessourceVersee/>
</demandeur>
"""
COHOLDER = """<listeCotitulaire><cotitulaire><civilite code="1"/><nom>Jujubier</nom><nomPatronymique>Aulne
</nomPatronymique><prenom>Paul</prenom><dateNaissance>1990-06-30</dateNaissance><nationalite code="2"/>
<lienDemandeur code="M"/>
<listeRessourceVersee><detailRessource><ressource code="PAV"/><montant>200</montant></detailRessource>
</listeRessourceVersee></cotitulaire></listeCotitulaire>
"""
CHILDREN = """<listePersonneACharge><personneACharge><nom>Jujubier</nom><prenom>Zoé</prenom>
<dateNaissance>2015-01-02</dateNaissance><sexe code="F"/><lienParente code="E"/></personneACharge>
</listePersonneACharge>
<personneANaitre><nombre>1</nombre><dateNaissancePrevue>2027-02-01</dateNaissancePrevue></personneANaitre>
<listePersonneEnGarde><personneEnGarde><dateNaissance>2012-01-01</dateNaissance><sexe code="M"/>
<coParentalite code="G"/></personneEnGarde>
<personneEnGarde><dateNaissance>2010-01-01</dateNaissance><sexe code="M"/><coParentalite code="D"/></personneEnGarde>
</listePersonneEnGarde>
"""
DWELLING = """<logementActuel><listeModeleLogement><modeleLogement code="LP"/></listeModeleLogement>
<montantMensuelLoyer>700</montantMensuelLoyer><nombreHabitant>4</nombreHabitant><categorieLogement code="A"/>
<typeLogementActuel code="T3"/><surface>60</surface><proprietaire>un bailleur</proprietaire></logementActuel>
"""
ASKED = f"""<complement xmlns="{COMPLEMENT}"><commune code="75113"/><commune code="93048"/>
<motif code="LOGEMENT_CHER"/><priorite code="HABITAT_INDIGNE" etat="PROVED"/><besoin code="DOUCHE_ADAPTEE"/>
<pieces min="3" max="4"/><loyerMaximal>800</loyerMaximal></complement>
"""


def demande(
    *,
    number: str = NUMBER,
    filed_on: str = "2024-05-12",
    person: str = APPLICANT + CHILDREN + COHOLDER + DWELLING,
    asked: str = "",
) -> str:
    return (
        f"<demande>\n<demandeLogement>\n<numUnique>{number}</numUnique>"
        f"<dateCreationDemande>{filed_on}</dateCreationDemande>\n"
        f"<personnePhysique>\n{person}</personnePhysique>\n{asked}</demandeLogement>\n</demande>\n"
    )


def exchange(*demandes: str, namespace: str = NAMESPACE, version: str = "02.00", root: str = "interfaceNuu") -> str:
    inside = "".join(demandes) if demandes else demande()
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}" versionInterface="{version}">\n'
        f"<entete><dateFichier>2026-11-01</dateFichier></entete>\n{inside}</{root}>\n"
    )


def written(folder: Path, content: str | bytes, name: str = "demandes.xml") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
