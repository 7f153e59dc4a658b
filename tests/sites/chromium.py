"""The browser that the tests look with: without it they fail, and say its name."""

import shutil

# Playwright then names the program that it did not find; `./dev setup` installs it.
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
