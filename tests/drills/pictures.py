"""The pictures of the guide, taken again from the demonstration: the pages as people open them, in few colours.

The sites are served as they are to people (`palier demo`); the pictures are written where the guide shows them:
    ./dev drill pictures http://localhost:8000
"""

import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS

_FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "guide" / "images"
_SIZES: Final = {390: 844, 1366: 768}
_COLOURS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page of an account; `then`: the link or button pressed once it stands, where its address holds a number."""

    name: str
    account: str
    path: str
    width: int = 1366
    then: str = ""


PICTURES: Final = (
    Picture(name="acces", account="responsable_nord", path="/bureau/acces-locataires/"),
    Picture(name="bulletins", account="salarie_1", path="/partenaires/bulletins/", width=390),
    Picture(name="accords", account="locataire_1", path="/chez-moi/dossier/accords/", width=390),
    Picture(name="courrier", account="siege", path="/bureau/courrier/"),
    Picture(name="proximite", account="gestionnaire_nord", path="/bureau/proximite/"),
    Picture(name="documents", account="locataire_1", path="/chez-moi/documents/", width=390),
    Picture(
        name="echange",
        account="locataire_1",
        path="/chez-moi/ecrire/",
        width=390,
        then="text=Documents et attestations",
    ),
    Picture(name="envois", account="siege", path="/bureau/envois/"),
)


def taken(page: Page, site: str, picture: Picture) -> bytes:
    """What the screen shows, without what is below it."""
    page.set_viewport_size({"width": picture.width, "height": _SIZES[picture.width]})
    page.goto(f"{site}{picture.path}", wait_until="networkidle")
    if picture.then:
        page.locator(picture.then).first.click()
        page.wait_for_load_state("networkidle")
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    out = io.BytesIO()
    shown.quantize(_COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main(site: str) -> None:
    """Write each picture, and say its weight."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for picture in PICTURES:
            context = browser.new_context(service_workers="block", locale="fr-FR")
            page = context.new_page()
            page.goto(site)
            page.locator(f'button[value="{picture.account}@demo.example"]').click()
            page.wait_for_load_state()
            written = taken(page, site, picture)
            (_FOLDER / f"{picture.name}.png").write_bytes(written)
            print(f"{picture.name:12} {len(written) / 1000:6.1f} kB  {page.url.removeprefix(site)}")
            context.close()
        browser.close()


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["http://localhost:8000"]))
