/* Comforts of the keyboard. Every page works without this file: nothing is reached through it alone. */
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const typing = (target) => target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const letters = document.documentElement.dataset.keys !== "off";

  const step = (items, from, by) => {
    const next = items[items.indexOf(from) + by];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
    return Boolean(next);
  };

  const inSearch = (event, search) => {
    const stops = [one("input", search), ...all(".found a", search)];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (step(stops, document.activeElement, event.key === "ArrowDown" ? 1 : -1)) { event.preventDefault(); }
    } else if (event.key === "Escape") { document.activeElement.blur(); }
  };

  const inTable = (event, region) => {
    const row = event.target.closest("tbody tr");
    const stops = all("tbody tr", region).map((each) => one("a, input", each)).filter(Boolean);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const from = row || one("tr[aria-current]", region);
      const here = from ? one("a, input", from) : null;
      const moved = here ? step(stops, here, event.key === "ArrowDown" ? 1 : -1) : step(stops, null, 1);
      if (moved) { event.preventDefault(); }
    } else if (event.key === " " && row && one("input[type=checkbox]", row) && !event.target.matches("input")) {
      event.preventDefault();
      one("input[type=checkbox]", row).click();
    } else if (event.key === "Enter" && row && event.target.matches("input[type=checkbox]") && one("a", row)) {
      event.preventDefault();
      one("a", row).click();
    }
  };

  const closeMenus = (except) => all("details.menu[open]").filter((menu) => menu !== except).forEach((menu) => { menu.open = false; });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey) { return; }
    const field = one(".search input");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && field) {
      event.preventDefault(); field.focus(); field.select(); return;
    }
    if (event.ctrlKey || event.metaKey) { return; }
    const search = event.target.closest(".search");
    if (search) { inSearch(event, search); return; }
    if (event.key === "Escape") {
      const open = event.target.closest("details.menu[open]");
      closeMenus(null);
      if (open) { one("summary", open).focus(); }
      return;
    }
    if (typing(event.target)) { return; }
    if (letters && event.key === "/" && field) { event.preventDefault(); field.focus(); return; }
    const walks = event.target === document.body || event.target.closest("[data-walks]");
    const region = event.target.closest(".t-wrap") || (walks && event.key.startsWith("Arrow") ? one(".t-wrap[tabindex]") : null);
    if (region) { inTable(event, region); }
    if (!event.defaultPrevented && letters && /^[a-z?]$/i.test(event.key)) {
      const aim = one(`[data-key="${event.key.toLowerCase()}"]`);
      if (aim) { event.preventDefault(); aim.focus(); aim.click(); }
    }
  });

  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches(".t input[type=checkbox]")) { return; }
    const table = box.closest("table");
    const boxes = all("tbody input[type=checkbox]", table);
    if (box.closest("thead")) { boxes.forEach((each) => { each.checked = box.checked; }); }
    boxes.forEach((each) => each.closest("tr").classList.toggle("sel", each.checked));
    const count = boxes.filter((each) => each.checked).length;
    all("[data-chosen]").forEach((place) => { place.textContent = String(count); });
  });

  const refusal = one("[data-focus]");
  if (refusal) { refusal.focus(); }
})();
