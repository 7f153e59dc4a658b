/* Keeps the pages that a tenant opened, under /chez-moi/ only, to be read again without network. It forgets at sign-out,
   when the way in is shown, when someone else signs in, and after a week. It writes nothing: a form sent without network
   waits in the page's own queue (chez-moi.js). */
const PAGES = "palier-chez-moi";
const KEYS = "palier-chez-moi-cle";
const KEY = "pages";
const NOTICE = "palier-chez-moi-avis";
const STATE = "/chez-moi/etat";
const HOME = "/chez-moi/";
const OFFLINE = "/chez-moi/hors-reseau/";
const SIGN_IN = "/chez-moi/connexion/";
const SIGN_OUT = "/chez-moi/deconnexion/";
const A_WEEK = 7 * 24 * 3600 * 1000;
/* What is read again of a file; the oldest goes. */
const MOST = 60;
const LARGEST = 1500000;
/* Never kept: a way in, a proof, a payment that only the server can tell. */
const NEVER = /^\/chez-moi\/(connexion|deconnexion|cle|preuve|second|mot-de-passe|acces|ouvrir|aider|carte|jeton|veilleur|application)/;

/* Someone who comes in here for the first time: nothing of whoever used this device before is left to them. */
const FIRST = /^\/chez-moi\/(ouvrir|aider)(\/|$)/;

const seal = async (path, bytes, type) => {
  const body = await closed(path, bytes);
  return body && new Response(body, { headers: { "Content-Type": type, "X-Kept-At": new Date().toISOString() } });
};

const state = async () => {
  /* Not open(): it would make an empty cache where everything was forgotten. */
  const kept = await caches.match(STATE, { cacheName: PAGES });
  const known = kept ? await kept.json() : null;
  if (known && Date.now() - known.seen > A_WEEK) { await forget(); return null; }
  return known;
};
const remember = async (known) => (await caches.open(PAGES)).put(STATE, new Response(JSON.stringify(known)));

/* `stamp` is of the person: another one on this device finds nothing of theirs. */
const keep = async ({ stamp, assets, path, html, words }) => {
  const known = await state();
  if (!known || known.stamp !== stamp) { await forget(); }
  await makeKey();
  await remember({ stamp, assets, words, seen: Date.now() });
  const cache = await caches.open(PAGES);
  await Promise.all(assets.map(async (address) => {
    if (await cache.match(address)) { return; }
    const response = await fetch(address, { credentials: "same-origin" });
    if (response.ok) { await cache.put(address, response); }
  }));
  /* A page that was shown before anything was kept: as it was served, without asking the server again. */
  if (!NEVER.test(path) && !(await cache.match(path))) { await put(path, new TextEncoder().encode(html), "text/html; charset=utf-8"); }
};

const put = async (path, bytes, type) => {
  const sealed = bytes.byteLength <= LARGEST ? await seal(path, bytes, type) : null;
  if (!sealed) { return; }
  const cache = await caches.open(PAGES);
  await cache.delete(path);
  await cache.put(path, sealed);
  const pages = (await cache.keys()).filter((asked) => new URL(asked.url).pathname.startsWith(HOME));
  for (const old of pages.slice(1, Math.max(1, pages.length - MOST))) { await cache.delete(old); }
};

const learn = async (response, path, address) => {
  if (FIRST.test(path) || (path === SIGN_IN && response.ok)) { await forget(); return; }
  const known = await state();
  if (!known) { return; }
  /* Someone who is sent to the way in has no session any more: what was kept under it goes. */
  if (response.type === "opaqueredirect") { return; }
  if (response.status === 404 || response.status === 410) { await (await caches.open(PAGES)).delete(address); return; }
  const type = response.headers.get("Content-Type") || "";
  if (!response.ok || response.redirected || /^attachment/.test(response.headers.get("Content-Disposition") || "") || !/^(text\/html|application\/pdf)/.test(type)) { return; }
  await remember({ ...known, seen: Date.now() });
  await put(address, await response.clone().arrayBuffer(), type);
};

/* The page as it was, with its day written on it. */
const dated = (html, at) => {
  const language = (/<html[^>]* lang="([\w-]+)"/.exec(html) || [])[1] || "fr";
  const said = new Date(at).toLocaleString(`${language}-u-nu-latn`, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  return html.replace(/(<div[^>]* id="hors-reseau"[^>]*?) hidden(?:="")?/, "$1").replace(/(<time id="hors-reseau-quand">)[^<]*/, `$1${said}`);
};

const kept = async (address, isPage) => {
  const known = await state();
  const found = known && (await (await caches.open(PAGES)).match(address));
  if (found && !isPage) { return found; }
  const body = found && (await opened(address, found));
  if (body) {
    const type = found.headers.get("Content-Type");
    const shown = type.startsWith("text/html") ? dated(new TextDecoder().decode(body), found.headers.get("X-Kept-At")) : body;
    return new Response(shown, { headers: { "Content-Type": type, "Cache-Control": "no-store" } });
  }
  return isPage ? (await caches.match(OFFLINE, { cacheName: NOTICE })) || Response.error() : Response.error();
};

const answer = async (request, path, isPage) => {
  const address = path + new URL(request.url).search;
  let response;
  try { response = await fetch(request); } catch { return kept(address, isPage); }
  /* A device that cannot keep a page (no room left, storage refused) shows it all the same, and keeps none. */
  if (isPage && (path === SIGN_IN || FIRST.test(path) || !NEVER.test(path))) { await learn(response, path, address).catch(forget); }
  return response;
};

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(NOTICE).then((cache) => cache.add(OFFLINE)));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method === "POST" && request.mode === "navigate" && pathname === SIGN_OUT) {
    /* The pages go even when the server cannot be told. */
    event.respondWith(forget().then(() => fetch(request)));
    return;
  }
  if (request.method !== "GET" || origin !== self.location.origin) { return; }
  if (request.mode === "navigate" && pathname.startsWith(HOME)) { event.respondWith(answer(request, pathname, true)); return; }
  if (pathname.startsWith("/static/")) { event.respondWith(answer(request, pathname, false)); }
});

/* A notice that names nothing and no one: what there is to read is read inside, signed in. */
self.addEventListener("push", (event) => event.waitUntil(state().then((known) => {
  const words = (known && known.words) || {};
  return self.registration.showNotification(words.title || "Chez moi", {
    body: words.body || "Il y a du nouveau dans votre espace.", icon: words.icon, lang: words.lang || "fr", dir: words.dir || "auto", tag: "chez-moi",
  });
})));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((open) => {
    const here = open.find((each) => new URL(each.url).pathname.startsWith(HOME));
    return here ? here.focus() : self.clients.openWindow(HOME);
  }));
});
