"""The sentences of the report, the same on screen and on paper."""

from palier.screening.audit.figures import Figures, percent, told
from palier.screening.audit.rules import LEAST_SHOWN

TITLE = "Audit des commentaires libres"

MASKING = (
    f"Un nombre de 1 à {LEAST_SHOWN - 1} est écrit « moins de {LEAST_SHOWN} » : si petit, il pourrait désigner "
    "quelqu’un. « Non affiché » cache un nombre qui permettrait de retrouver celui-là par soustraction. Ce rapport ne "
    "contient aucun nom et ne cite aucun commentaire."
)
LAW = (
    "Un commentaire sur une personne doit être exact, objectif et limité à ce qui est nécessaire (RGPD, art. 5). La "
    "santé, le handicap, l’origine, la religion, les opinions, l’appartenance syndicale et la vie sexuelle ne "
    "s’écrivent pas sans l’une des exceptions de l’article 9 ; les condamnations et les infractions, pas hors de "
    "l’article 10. La personne a droit au texte entier de ce qui est écrit sur elle (art. 15)."
)
METHOD = (
    "Chaque commentaire est lu par le filtre de Palier, sur cette machine : un lexique, des formes et des numéros "
    "contrôlés par leur clé. Rien n’est envoyé ailleurs. « À effacer » : un mot au moins laisse peu de doute. « À "
    "vérifier » : il faut lire la phrase. Un commentaire peut être dans plusieurs catégories."
)
LIMITS = (
    "Un filtre ne voit pas tout : un texte non signalé n’est pas un texte sans reproche. Seule la relecture à la main "
    "d’un échantillon tiré au hasard dit combien le filtre en oublie."
)


def summary(figures: Figures) -> str:
    """The report in two sentences."""
    flagged = told(figures["flagged"])
    part = f" ({figures['share']})" if figures["share"] else ""
    sentence = f"{told(figures['comments'])} commentaires ont été lus, {flagged} sont signalés{part}."
    first = figures["categories"][0]
    if isinstance(first["flagged"], int) and first["flagged"] >= LEAST_SHOWN:
        sentence += f" La première catégorie est « {first['label']} », dans {told(first['flagged'])} commentaires."
    return sentence


def authors(figures: Figures) -> str:
    """How concentrated the flagged comments are, without a name."""
    line = figures["authors"]
    if line is None:
        return ""
    return (
        f"Sur {told(line['authors'])} auteurs, {told(line['flagged'])} ont écrit au moins un commentaire signalé ; la "
        f"moitié de ces commentaires vient de {told(line['half'])} d’entre eux."
    )


def review(figures: Figures) -> str:
    """What the sample says: the honest miss rate, or how to get one."""
    line = figures["review"]
    sample = figures["sample"]
    among = f"les {told(sample['unflagged'])} " if isinstance(sample["unflagged"], int) else "les commentaires "
    if line is None:
        drawn = f"{told(sample['size'])} commentaires" if isinstance(sample["size"], int) else "Des commentaires"
        return (
            f"Pas encore de taux d’oubli. {drawn} ont été tirés au hasard parmi {among}non signalés (graine "
            f"{sample['seed']}) : remplissez la dernière colonne de « echantillon.csv », puis lancez « palier comments "
            "review »."
        )
    found = {0: "aucun n’aurait dû être signalé", 1: "1 aurait dû être signalé"}.get(
        line["missed"], f"{told(line['missed'])} auraient dû être signalés"
    )
    return (
        f"Parmi {told(line['read'])} commentaires non signalés relus à la main, {found}, soit "
        f"{percent(line['missed'] / line['read'])} : entre {line['low']} et {line['high']} à 95 %. Sur {among}non "
        f"signalés, cela fait entre {told(line['fewest'])} et {told(line['most'])} oublis (intervalle exact de Clopper "
        f"et Pearson, graine {sample['seed']})."
    )


def aside(figures: Figures) -> str:
    """What could not be read, said rather than left out."""
    count = figures["aside"]
    if not count:
        return ""
    lines = (
        "1 ligne n’a pas pu être lue : elle n’est"
        if count == 1
        else (f"{told(count)} lignes n’ont pas pu être lues : elles ne sont")
    )
    return f"{lines} dans aucun chiffre de ce rapport. Le fichier « lignes_ecartees.csv » dit pourquoi."
