/* The round without network. Online, every page and every form works without this file. */
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const said = one("#reseau");
  const offlineCapable = "serviceWorker" in navigator && "indexedDB" in window && window.isSecureContext;
  if (!offlineCapable || !said) { return; }

  const say = (text, tone = "") => { said.textContent = text; said.className = `tag ${tone}`; said.hidden = !text; };

  /* --- what waits to be sent: codes and keys, never a name --- */
  const queue = () => new Promise((resolve, reject) => {
    const opening = indexedDB.open("palier-terrain", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("envois", { autoIncrement: true });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const inQueue = async (mode, work) => {
    const base = await queue();
    try {
      return await new Promise((resolve, reject) => {
        const passing = base.transaction("envois", mode);
        const asked = work(passing.objectStore("envois"));
        passing.oncomplete = () => resolve(asked.result);
        passing.onerror = () => reject(passing.error);
      });
    } finally { base.close(); }
  };
  const waiting = () => inQueue("readonly", (store) => store.count());
  const put = (sending) => inQueue("readwrite", (store) => store.add(sending));
  const drop = (key) => inQueue("readwrite", (store) => store.delete(key));
  const first = async () => {
    const [key] = await inQueue("readonly", (store) => store.getAllKeys(null, 1));
    return key === undefined ? null : { key, sending: await inQueue("readonly", (store) => store.get(key)) };
  };

  const post = (address, fields, token) => {
    const body = new FormData();
    for (const [name, value] of fields) { body.append(name, name === "csrfmiddlewaretoken" ? token || value : value); }
    return fetch(address, { method: "POST", body, credentials: "same-origin" });
  };
  const signedOut = (response) => new URL(response.url).pathname === "/terrain/connexion/";

  let isSending = false;
  /* Sends what waits, in its order. Each sending has its key: tried again, it counts once. */
  const flush = async () => {
    if (isSending || !(await waiting())) { return 0; }
    isSending = true;
    let sent = 0;
    try {
      const asked = await fetch("/terrain/jeton/", { credentials: "same-origin" });
      if (!asked.ok || signedOut(asked)) { say("Connectez-vous pour envoyer", "warn"); return 0; }
      const { jeton } = await asked.json();
      for (let next = await first(); next; next = await first()) {
        const response = await post(next.sending.address, next.sending.fields, jeton);
        if (signedOut(response) || response.status === 403 || response.status >= 500) { break; }
        await drop(next.key);
        sent += response.ok ? 1 : 0;
      }
    } catch { /* Still no network: what waits goes on waiting. */ } finally { isSending = false; }
    return sent;
  };

  const tellWaiting = async () => {
    const left = await waiting();
    if (left) { say(left === 1 ? "1 envoi en attente" : `${left} envois en attente`, "warn"); }
    return left;
  };

  const note = (form) => {
    const line = form.closest("li") || form;
    const mark = document.createElement("p");
    mark.className = "tag warn mb-0";
    mark.setAttribute("role", "status");
    mark.textContent = "Noté sans réseau, sera envoyé";
    if (!line.querySelector("[role=status]")) { line.append(mark); }
    if (form.dataset.sending === "again") { form.reset(); } else { [...form.elements].forEach((each) => { each.disabled = true; }); }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches("[data-sending]")) {
      event.preventDefault();
      const fields = [...new FormData(form, event.submitter).entries()].map(([name, value]) =>
        [name, name === "envoi" ? crypto.randomUUID() : value]);
      try {
        const response = await post(form.action, fields);
        if (response.ok) { location.assign(response.url); return; }
        /* Refused: the server tells why, on its own page. */
        form.submit();
      } catch {
        await put({ address: form.action, fields });
        note(form);
        await tellWaiting();
      }
    } else if (form.matches("[data-end], [action$='/deconnexion/']") && !form.dataset.sure) {
      event.preventDefault();
      await flush();
      await ask({ asked: "forget" });
      form.dataset.sure = "1";
      if (navigator.onLine && !(await waiting())) { form.submit(); } else { say("Pages effacées. Les envois partiront au retour du réseau", "warn"); delete form.dataset.sure; }
    }
  });

  /* --- the worker --- */
  const ask = async (what) => {
    const registration = await navigator.serviceWorker.getRegistration("/terrain/");
    const worker = registration && (registration.active || registration.waiting || registration.installing);
    if (!worker) { return false; }
    return new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = (event) => resolve(event.data.ok);
      setTimeout(() => resolve(false), 20000);
      worker.postMessage(what, [channel.port2]);
    });
  };

  const keep = async () => {
    const { until, stamp, pages, assets } = said.dataset;
    if (!until || Date.now() >= Date.parse(until)) { await ask({ asked: "forget" }); return; }
    await navigator.serviceWorker.register("/terrain/veilleur.js", { scope: "/terrain/" });
    await navigator.serviceWorker.ready;
    const kept = await ask({ asked: "keep", until, stamp, pages: pages.split(" "), assets: assets.split(" ") });
    if (kept && !(await waiting())) { say("Prêt sans réseau", "ok"); }
    /* A page left open past the round leaves the screen. */
    setTimeout(async () => { await ask({ asked: "forget" }); location.assign("/terrain/"); }, Date.parse(until) - Date.now());
  };

  const begin = async () => {
    const sent = await flush();
    if (sent) { location.reload(); return; }
    await keep();
    await tellWaiting();
  };
  window.addEventListener("online", begin);
  begin().catch(() => say("Hors réseau indisponible", "warn"));
})();
