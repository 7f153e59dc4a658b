"""The tenants' first page on a slow network: bytes, requests, seconds, in Chromium, first visit and next.

The sites are served as they are to people (`palier demo`); this drill opens them as one account of the demonstration:
    ./dev drill home_network http://localhost:8000 locataire_1
"""

import sys
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What a browser's own tools call by that name: bits a second down and up, milliseconds of waiting."""

    name: str
    down_bps: int
    up_bps: int
    latency_ms: float


NETWORKS = (
    Network(name="Slow 3G", down_bps=400_000, up_bps=400_000, latency_ms=2000),
    Network(name="Fast 3G", down_bps=1_440_000, up_bps=675_000, latency_ms=562.5),
    Network(name="unthrottled", down_bps=-8, up_bps=-8, latency_ms=0),
)
_TIMES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return [paint ? paint.startTime : page.domContentLoadedEventEnd, page.loadEventEnd];
}"""


def measured(context: BrowserContext, address: str, network: Network) -> str:
    """One opening of the first page: what came through the wire, when it was first seen, when it was whole."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": network.latency_ms,
            "downloadThroughput": network.down_bps / 8,
            "uploadThroughput": network.up_bps / 8,
        },
    )
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="load", timeout=120_000)
    painted, loaded = page.evaluate(_TIMES)
    came = [size for size in sizes if size]
    page.close()
    return (
        f"{sum(came) / 1000:6.1f} kB {len(came):3} requests  seen {painted / 1000:5.1f} s  whole {loaded / 1000:5.1f} s"
    )


def main(site: str, account: str) -> None:
    """Print one line a network and a visit."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for network in NETWORKS:
            context = browser.new_context(viewport={"width": 390, "height": 844}, service_workers="block")
            door = context.new_page()
            door.goto(site)
            door.locator(f'button[value="{account}@demo.example"]').click()
            door.wait_for_load_state()
            door.close()
            # Signing in has filled the browser's cache: a first visit has none.
            wiped = context.new_page()
            context.new_cdp_session(wiped).send("Network.clearBrowserCache")
            wiped.close()
            for visit in ("first visit", "next visit"):
                print(f"{network.name:12} {visit:12} {measured(context, f'{site}/chez-moi/', network)}")
            context.close()
        browser.close()


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["http://localhost:8000", "locataire_1"]))
