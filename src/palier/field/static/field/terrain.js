/* The round without network. Online, every page and every form works without this file. */
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const said = one("#reseau");
  const capable = "serviceWorker" in navigator && "indexedDB" in window && "locks" in navigator && window.isSecureContext;
  if (!capable || !said) { return; }

  /* On the page rather than in the bar: there, on a narrow phone, it would push the account's name under the brand. */
  one("main").prepend(said);

  const AGAIN_AFTER = 60000;
  const PATIENCE = 20000;
  const { stamp: mine, ends } = said.dataset;
  const many = (n, single, several) => (n === 1 ? `1 ${single}` : `${n} ${several}`);
  const say = (text, tone = "") => { said.textContent = text; said.className = `tag ${tone}`; said.hidden = !text; };

  /* --- what waits to be sent, and what could not be: codes, keys, a door; never a name. `de` is the stamp of whoever
     noted it: someone else who signs in on this phone neither sends it nor reads it --- */
  const opened = () => new Promise((resolve, reject) => {
    const opening = indexedDB.open("palier-terrain", 2);
    opening.onupgradeneeded = () => {
      for (const name of ["envois", "refus"]) {
        if (!opening.result.objectStoreNames.contains(name)) { opening.result.createObjectStore(name, { autoIncrement: true }); }
      }
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const stored = async (names, work) => {
    const base = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const passing = base.transaction(names, "readwrite");
        const asked = work(...names.map((name) => passing.objectStore(name)));
        passing.oncomplete = () => resolve(asked && asked.result);
        passing.onerror = () => reject(passing.error);
      });
    } finally { base.close(); }
  };
  const all = async (name) => {
    const found = [];
    await stored([name], (store) => {
      store.openCursor().onsuccess = (event) => {
        const at = event.target.result;
        if (at) { found.push({ key: at.key, ...at.value }); at.continue(); }
      };
    });
    return found;
  };
  const put = (sending) => stored(["envois"], (store) => store.add(sending));
  const drop = (key) => stored(["envois"], (store) => store.delete(key));
  /* Out of the queue and into the list that is shown, in one go: nothing is lost between the two. */
  const setAside = ({ key, what, de }, why) => stored(["envois", "refus"], (queue, refused) => {
    queue.delete(key);
    refused.add({ what, de, why });
  });

  const post = (address, fields, token) => {
    const body = new FormData();
    for (const [name, value] of fields) { body.append(name, name === "csrfmiddlewaretoken" ? token || value : value); }
    return fetch(address, {
      method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" },
      redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
    });
  };
  /* Asked as a script, a form is never redirected but to the way in. */
  const signedOut = (response) => response.type === "opaqueredirect";
  /* Not a refusal of what was noted: the server is ill, or busy, or wants a fresh proof. */
  const later = (response) => response.status >= 500 || [403, 408, 429].includes(response.status);
  const whyRefused = async (response) => {
    if (response.status === 404) { return "cela n’existe plus, ou n’est plus dans vos résidences"; }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const sentence = one(".alert p, main h1", page);
    return sentence ? sentence.textContent.trim() : `refusé (${response.status})`;
  };

  const pastTheirDay = async () => {
    for (const each of await all("envois")) {
      if (!(Date.now() < Date.parse(each.ends))) { await setAside(each, "pas parti avant la fin de la journée"); }
    }
  };

  /* Sends what the one who is signed in has noted, in its order; gives how many went. Each has its key: tried again, it
     counts once. After a failure of the server, what concerns the same thing waits behind it. */
  const flush = () => navigator.locks.request("palier-terrain", async () => {
    await pastTheirDay();
    if (!(await all("envois")).length) { return 0; }
    let sent = 0;
    try {
      const asked = await fetch("/terrain/jeton/", { credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
      if (signedOut(asked)) { say("Connectez-vous pour envoyer", "warn"); return 0; }
      if (!asked.ok) { return 0; }
      const { jeton, de } = await asked.json();
      const held = new Set();
      for (const each of (await all("envois")).filter((noted) => noted.de === de)) {
        if (held.has(each.address)) { continue; }
        const response = await post(each.address, each.fields, jeton);
        if (signedOut(response)) { say("Connectez-vous pour envoyer", "warn"); break; }
        if (later(response)) { held.add(each.address); } else if (response.ok) { await drop(each.key); sent += 1; } else { await setAside(each, await whyRefused(response)); }
      }
    } catch { /* Still no network: what waits goes on waiting. */ }
    return sent;
  });

  const left = async () => {
    const waiting = await all("envois");
    return {
      own: waiting.filter((each) => each.de === mine),
      others: waiting.filter((each) => each.de !== mine),
      refused: (await all("refus")).filter((each) => each.de === mine),
    };
  };

  /* --- what the person is told --- */
  const line = (text) => { const made = document.createElement("li"); made.textContent = text; return made; };
  const OTHERS = "Noté par un autre agent sur ce téléphone";

  const tell = async () => {
    const { own, others, refused } = await left();
    if (own.length) { say(many(own.length, "pointage en attente", "pointages en attente"), "warn"); }
    one("#restes")?.remove();
    if (!refused.length && !others.length) { return own.length; }
    const shown = one("#restes-modele").content.cloneNode(true);
    if (refused.length) {
      one("h2", shown).textContent = `${many(refused.length, "pointage n’a pas pu partir", "pointages n’ont pas pu partir")}\u00a0:`;
      one("ul", shown).replaceChildren(...refused.map((each) => line(`${each.what}\u00a0: ${each.why}`)));
    } else { for (const part of shown.querySelectorAll("h2, ul, button")) { part.remove(); } }
    if (others.length) { one("p", shown).textContent = `${many(others.length, "pointage noté par un autre agent attend", "pointages notés par un autre agent attendent")} sur ce téléphone. Rien ne part en votre nom\u00a0: l’envoi se fera à sa connexion, aujourd’hui.`; } else { one("p", shown).remove(); }
    one("main").prepend(shown);
    one("#restes button")?.addEventListener("click", async () => {
      await stored(["refus"], (store) => { refused.forEach((each) => store.delete(each.key)); });
      await tell();
      one("main").tabIndex = -1;
      one("main").focus();
    });
    return own.length;
  };

  /* True when nothing would be lost, or when the person says so. */
  const agrees = async () => {
    const { own, others, refused } = await left();
    const lost = [
      ...refused.map((each) => `${each.what}\u00a0: ${each.why}`),
      ...own.map((each) => `${each.what}\u00a0: pas encore envoyé`),
      ...others.map(() => OTHERS),
    ];
    if (!lost.length) { return true; }
    document.body.append(one("#depart-modele").content.cloneNode(true));
    const asking = one("#depart");
    one("h2", asking).textContent = many(lost.length, "pointage n’est pas parti", "pointages ne sont pas partis");
    one("ul", asking).replaceChildren(...lost.map(line));
    asking.showModal();
    return new Promise((resolve) => asking.addEventListener("close", () => { resolve(asking.returnValue === "oui"); asking.remove(); }));
  };

  const note = (form, text) => {
    const place = form.closest("li") || form;
    if (!one("[role=status]", place)) {
      const mark = document.createElement("p");
      mark.className = "tag warn mb-0";
      mark.setAttribute("role", "status");
      mark.textContent = text;
      place.append(mark);
    }
    if (form.dataset.sending === "again") { form.reset(); } else { [...form.elements].forEach((each) => { each.disabled = true; }); }
  };

  /* « Clé A-006 : Chez le locataire »: told from the page, so that it can be told without it. */
  const named = (form) => {
    const chosen = [...form.querySelectorAll("select")].slice(0, 2).map((each) => each.selectedOptions[0].text);
    return [form.dataset.what, chosen.join(", ").toLowerCase()].filter(Boolean).join("\u00a0: ");
  };

  const send = async (form, submitter) => {
    const fields = [...new FormData(form, submitter).entries()].map(([name, value]) =>
      [name, name === "envoi" ? crypto.randomUUID() : value]);
    const hold = async (text) => {
      await put({ address: form.action, what: named(form), de: form.elements.de.value, ends, fields });
      note(form, text);
      await tell();
    };
    let response;
    try { response = await post(form.action, fields); } catch { await hold("Noté sans réseau, sera envoyé"); return; }
    if (signedOut(response)) { await hold("Noté, sera envoyé"); location.assign("/terrain/"); return; }
    if (later(response)) { await hold("Noté, le serveur ne répond pas\u00a0: sera envoyé"); again(); return; }
    if (response.ok) { location.assign((await response.json()).page); return; }
    /* Refused: the server tells why, on its own page. */
    form.submit();
  };

  /* Nothing of the round stays on the screen when the server cannot be told. */
  const blank = (text) => {
    const last = document.createElement("p");
    last.className = "box mt-3";
    last.setAttribute("role", "status");
    last.textContent = text;
    one("main").replaceChildren(last);
    one("nav.tabs")?.remove();
    say("");
  };

  /* True when they left: nothing is kept again behind them. */
  const leave = async (form) => {
    await flush();
    if (!(await agrees())) { await tell(); return false; }
    await ask({ asked: "forget" });
    await stored(["envois", "refus"], (queue, refused) => { queue.clear(); return refused.clear(); });
    await gone(form, "Tout est effacé de ce téléphone. Sans réponse du serveur, votre session reste ouverte\u00a0: déconnectez-vous à nouveau au retour du réseau.");
    return true;
  };

  const end = async (form) => {
    await flush();
    await ask({ asked: "forget" });
    const { own, others, refused } = await left();
    form.elements.attente.value = own.length + others.length + refused.length ? "1" : "";
    await gone(form, "Pages effacées. Ce qui est noté partira au retour du réseau.");
  };

  const gone = async (form, unsaid) => {
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
      if (response.ok || signedOut(response)) { location.assign("/terrain/"); return; }
    } catch { /* No network: told below. */ }
    blank(unsaid);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const does = form.matches("[data-sending]") ? send : form.matches("[data-end]") ? end : form.matches("[action$='/deconnexion/']") ? leave : null;
    if (does) { event.preventDefault(); does(form, event.submitter); }
  });

  /* --- the worker --- */
  const ask = async (what) => {
    const registration = await navigator.serviceWorker.getRegistration("/terrain/");
    const worker = registration && (registration.active || registration.waiting || registration.installing);
    if (!worker) { return false; }
    return new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = (event) => resolve(event.data.ok);
      setTimeout(() => resolve(false), PATIENCE);
      worker.postMessage(what, [channel.port2]);
    });
  };

  const keep = async () => {
    const { until, round, pages, assets } = said.dataset;
    if (!until || Date.now() >= Date.parse(until)) { await ask({ asked: "forget" }); return; }
    await navigator.serviceWorker.register("/terrain/veilleur.js", { scope: "/terrain/" });
    await navigator.serviceWorker.ready;
    const kept = await ask({ asked: "keep", until, stamp: round, pages: pages.split(" "), assets: assets.split(" ") });
    if (kept && !(await left()).own.length) { say("Prêt sans réseau", "ok"); }
    /* A page left open past the round leaves the screen. */
    setTimeout(async () => { await ask({ asked: "forget" }); location.assign("/terrain/"); }, Date.parse(until) - Date.now());
  };

  let nextTry;
  const again = () => { clearTimeout(nextTry); nextTry = setTimeout(begin, AGAIN_AFTER); };
  const begin = async () => {
    if (await flush()) { location.reload(); return; }
    /* Before the pages are kept: a phone that cannot keep any is asked too. */
    if (location.hash === "#depart") {
      history.replaceState(null, "", location.pathname);
      if (await leave(one("form[action$='/deconnexion/']"))) { return; }
    }
    await keep();
    if (await tell()) { again(); }
  };
  window.addEventListener("online", begin);
  begin().catch(() => say("Hors réseau indisponible", "warn"));
})();
