"""Two ways to go through a site as a person does: a pointer, or the keys alone. Neither ever types an address.

With the keys: Tab until what is wanted is lit, then Enter or Space. Nothing here gives the focus itself, so that what a
page hides from the keyboard is not reached.
"""

import re
from typing import Protocol

from playwright.sync_api import FilePayload, Page

# A page of ours is gone through in fewer: beyond, what is wanted is not there, or the focus turns in a circle.
MOST_TABS = 150
WAIT = 15_000
# What a person hears of what is lit: its name, and for a field the name of its form's question.
_LIT = """() => {
  const lit = document.activeElement;
  if (!lit || lit === document.body) { return ["", "", ""]; }
  const label = lit.labels?.[0]?.innerText || lit.innerText || lit.value || "";
  return [label.replace(/\\s+/g, " ").trim(), lit.name || "", lit.value || ""];
}"""


class Way(Protocol):
    """How somebody acts on the page in front of them. What is pressed, typed in or chosen is named as they read it."""

    def goes(self, page: Page, name: str) -> None:
        """Press what leads elsewhere."""

    def opens(self, page: Page, name: str) -> None:
        """Unfold what stays on the page."""

    def types(self, page: Page, field: str, text: str) -> None: ...

    def chooses(self, page: Page, field: str, value: str) -> None: ...

    def gives(self, page: Page, field: str, file: FilePayload) -> None: ...

    def downloads(self, page: Page, name: str) -> bytes: ...


def _read(asked: str) -> "re.Pattern[str]":
    return re.compile(re.escape(asked).replace("\\ ", r"\s"))


class Pointer:
    """By pointing: what is seen is clicked."""

    def goes(self, page: Page, name: str) -> None:
        page.locator("a:visible, button:visible").filter(has_text=_read(name)).first.click()
        page.wait_for_load_state()

    def opens(self, page: Page, name: str) -> None:
        page.locator("summary:visible").filter(has_text=_read(name)).first.click()

    def types(self, page: Page, field: str, text: str) -> None:
        page.locator(f'[name="{field}"]:visible').first.fill(text)

    def chooses(self, page: Page, field: str, value: str) -> None:
        page.locator(f'[name="{field}"][value="{value}"]').check()

    def gives(self, page: Page, field: str, file: FilePayload) -> None:
        page.locator(f'[name="{field}"]').set_input_files([file])

    def downloads(self, page: Page, name: str) -> bytes:
        with page.expect_download() as given:
            page.locator("a:visible, button:visible").filter(has_text=_read(name)).first.click()
        return given.value.path().read_bytes()


class Keys:
    """By the keys alone."""

    def goes(self, page: Page, name: str) -> None:
        reach(page, name)
        # A form sent by the page’s own script changes the address without leaving the page: that counts too.
        with page.expect_navigation(timeout=WAIT):
            page.keyboard.press("Enter")

    def opens(self, page: Page, name: str) -> None:
        reach(page, name)
        page.keyboard.press("Enter")

    def types(self, page: Page, field: str, text: str) -> None:
        reach(page, "", field=field)
        page.keyboard.press("Control+A")
        page.keyboard.type(text)

    def chooses(self, page: Page, field: str, value: str) -> None:
        reach(page, "", field=field)
        page.keyboard.press("Space")
        for _ in range(12):
            if page.evaluate(_LIT)[2] == value:
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"{field} is never {value} on {page.url}")

    def gives(self, page: Page, field: str, file: FilePayload) -> None:
        # Asked for before the way there: a browser under load is told late to hand over its file chooser.
        with page.expect_file_chooser() as asked:
            reach(page, "", field=field)
            page.keyboard.press("Enter")
        asked.value.set_files([file])

    def downloads(self, page: Page, name: str) -> bytes:
        reach(page, name)
        with page.expect_download() as given:
            page.keyboard.press("Enter")
        return given.value.path().read_bytes()


def reach(page: Page, name: str, *, field: str = "") -> None:
    """Press Tab until what bears this name has the focus, or the field of this name."""
    page.wait_for_load_state()
    wanted, seen = _read(name), []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        label, lit, _ = page.evaluate(_LIT)
        if lit == field if field else wanted.search(label):
            return
        seen.append(label or lit)
    raise AssertionError(f"{name or field} is not reached by Tab on {page.url}: {list(dict.fromkeys(seen))}")
