/* The tenants' site beyond its pages: read again without network, a form that waits, the page read aloud. Every page and
   every form works without this file. */
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const place = one("#appareil");
  if (!place) { return; }
  /* Before anything is changed: what a worker that was not there yet could not keep. */
  const served = new XMLSerializer().serializeToString(document);
  const said = place.dataset;

  /* --- read aloud --- */
  const voices = "speechSynthesis" in window ? window.speechSynthesis : null;
  const listen = () => one("#ecouter");
  const spoken = (language) => voices.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(language));
  /* Each part in its own language: what exists in French only is read by a French voice. */
  const parts = () => {
    const found = [];
    const walker = document.createTreeWalker(one("main"), NodeFilter.SHOW_TEXT);
    const unread = "script, style, svg, [hidden], nav, form[class='languages'], #ecouter, details:not([open]) > :not(summary)";
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.replace(/\s+/g, " ").trim();
      const parent = walker.currentNode.parentElement;
      if (!text || parent.closest(unread)) { continue; }
      const language = parent.closest("[lang]").lang;
      const block = parent.closest("p, li, h1, h2, h3, dt, dd, td, th, label, button, summary, a.btn, div") || parent;
      const last = found[found.length - 1];
      if (last && last.block === block && last.language === language) { last.text += ` ${text}`; } else { found.push({ text, language, block }); }
    }
    return found.filter((part) => /[\p{L}\p{N}]/u.test(part.text));
  };
  const hush = () => { voices.cancel(); listen()?.setAttribute("aria-pressed", "false"); };
  const offer = () => { if (voices && listen()) { listen().hidden = !spoken(document.documentElement.lang); } };
  if (voices) {
    offer();
    voices.addEventListener("voiceschanged", offer);
    document.addEventListener("click", (event) => {
      const asked = event.target.closest("#ecouter");
      if (!asked) { return; }
      if (asked.getAttribute("aria-pressed") === "true") { hush(); return; }
      asked.setAttribute("aria-pressed", "true");
      const all = parts();
      all.forEach(({ text, language }, index) => {
        const utterance = new SpeechSynthesisUtterance(text);
        utterance.lang = language;
        utterance.voice = spoken(language) || null;
        if (index === all.length - 1) { utterance.addEventListener("end", hush); }
        voices.speak(utterance);
      });
    });
    window.addEventListener("pagehide", () => voices.cancel());
  }

  /* --- what waits to be sent --- `de` is the stamp of whoever filled the form: someone else who signs in on this device
     neither sends it nor reads it. Each sending has its key (`envoi`): tried again, it counts once. --- */
  const capable = "serviceWorker" in navigator && "indexedDB" in window && "locks" in navigator && window.isSecureContext;
  if (!capable) { return; }
  if (!said.stamp) {
    /* Whoever reads this page leaves nothing here, and finds nothing of who used this device before. */
    navigator.serviceWorker.getRegistration(said.scope || "/chez-moi/").then((known) => known?.active?.postMessage({ asked: "forget" })).catch(() => {});
    return;
  }
  const PATIENCE = 30000;
  const stored = (work) => new Promise((resolve, reject) => {
    const opening = indexedDB.open("palier-chez-moi", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("envois", { autoIncrement: true });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const passing = opening.result.transaction("envois", "readwrite");
      const found = [];
      const asked = work(passing.objectStore("envois"), found);
      passing.oncomplete = () => { opening.result.close(); resolve(found.length ? found : asked && asked.result); };
      passing.onerror = () => { opening.result.close(); reject(passing.error); };
    };
  });
  const waiting = async () => (await stored((store, found) => {
    store.openCursor().onsuccess = (event) => {
      const at = event.target.result;
      if (at) { found.push({ key: at.key, ...at.value }); at.continue(); }
    };
  })) || [];
  const own = async () => (await waiting()).filter((each) => each.de === said.stamp);
  const box = one("#attente");
  const tell = async () => {
    const left = await own();
    box.hidden = !left.length;
    one("#attente-nombre").textContent = String(left.length);
    return left.length;
  };

  const post = (address, fields, token) => {
    const body = new FormData();
    for (const [name, value] of fields) { body.append(name, name === "csrfmiddlewaretoken" ? token || value : value); }
    return fetch(address, { method: "POST", body, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
  };
  const isWayIn = (response) => new URL(response.url).pathname.startsWith(said.signIn);
  /* Not a refusal of what was written: the server is ill, or busy, or wants a fresh proof. */
  const later = (response) => response.status >= 500 || [403, 408, 429].includes(response.status) || isWayIn(response);
  /* The answer takes the page's place, as the browser's own submission would have shown it. */
  const show = async (response) => {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!one("main", page)) { location.assign(response.url); return; }
    history.pushState(null, "", response.url);
    document.title = page.title;
    one("main").replaceWith(document.importNode(one("main", page), true));
    window.scrollTo(0, 0);
    offer();
    const aim = one("[data-focus]") || one("main h1");
    if (aim) { aim.tabIndex = -1; aim.focus(); }
  };

  const flush = () => navigator.locks.request("palier-chez-moi", async () => {
    const left = await own();
    if (!left.length) { return 0; }
    let sent = 0;
    try {
      const asked = await fetch(said.token, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
      if (!asked.ok || isWayIn(asked)) { return 0; }
      const { jeton, de } = await asked.json();
      if (de !== said.stamp) { return 0; }
      for (const each of left) {
        const response = await post(each.address, each.fields, jeton);
        if (later(response)) { break; }
        await stored((store) => store.delete(each.key));
        sent += 1;
        if (!response.ok) { await show(response); break; }
      }
    } catch { /* Still no network: what waits goes on waiting. */ }
    return sent;
  });

  const hold = async (form, fields) => {
    await stored((store) => store.add({ address: form.action, de: said.stamp, fields }));
    await tell();
    form.reset();
    box.scrollIntoView({ block: "center" });
    box.tabIndex = -1;
    box.focus();
  };
  const send = async (form, submitter) => {
    /* A page read without network would send every time the key that it was served with. */
    const fields = [...new FormData(form, submitter).entries()].map(([name, value]) => [name, name === "envoi" ? crypto.randomUUID() : value]);
    let response;
    try { response = await post(form.action, fields); } catch { await hold(form, fields); return; }
    if (later(response)) { await hold(form, fields); if (isWayIn(response)) { location.assign(response.url); } return; }
    await show(response);
  };

  const leave = async (form) => {
    await flush();
    const left = await tell();
    const asking = one("#depart");
    if (left) {
      asking.showModal();
      const agreed = await new Promise((resolve) => asking.addEventListener("close", () => resolve(asking.returnValue === "oui"), { once: true }));
      if (!agreed) { return; }
    }
    await stored((store) => store.clear());
    form.submit();
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-sending]")) { event.preventDefault(); send(form, event.submitter); }
    if (form.matches(`[action="${said.signOut}"]`)) { event.preventDefault(); leave(form); }
  });

  /* --- the worker --- */
  const begin = async () => {
    const registration = await navigator.serviceWorker.register(said.worker, { scope: said.scope });
    await navigator.serviceWorker.ready;
    const words = { title: said.noticeTitle, body: said.noticeBody, icon: said.icon, lang: document.documentElement.lang, dir: document.documentElement.dir || "ltr" };
    const path = location.pathname + location.search;
    registration.active.postMessage({ asked: "keep", stamp: said.stamp, assets: said.assets.split(" "), words, path, html: served });
    if (await flush()) { location.reload(); return; }
    await tell();
  };
  window.addEventListener("online", () => begin().catch(() => {}));
  begin().catch(() => {});
})();
