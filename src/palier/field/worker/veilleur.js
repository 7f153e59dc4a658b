/* Keeps the pages of a round while it lasts, under /terrain/ only. At its end, at sign-out, when a session or a mandate
   ends, it forgets. It writes nothing: what is ticked without network waits in the page's own queue. */
"use strict";
const PAGES = "palier-tournee";
const NOTICE = "palier-avis";
const STATE = "/terrain/etat-de-la-tournee";
const OFFLINE = "/terrain/hors-reseau/";
const SIGN_IN = "/terrain/connexion/";

const forget = () => caches.delete(PAGES);

const state = async () => {
  /* Not open(): it would make an empty cache where everything was forgotten. */
  const kept = await caches.match(STATE, { cacheName: PAGES });
  return kept ? kept.json() : null;
};

/* The round in force, or null; past its hour everything is forgotten before anything is answered. */
const running = async () => {
  const known = await state();
  if (!known) { return null; }
  if (Date.now() < Date.parse(known.until)) { return known; }
  await forget();
  return null;
};

const keep = async ({ until, stamp, pages, assets }) => {
  const known = await running();
  if (known && known.stamp !== stamp) { await forget(); }
  const cache = await caches.open(PAGES);
  await cache.put(STATE, new Response(JSON.stringify({ until, stamp, pages, assets })));
  const missing = [];
  for (const address of [...assets, ...pages]) {
    if (!(await cache.match(address))) { missing.push(address); }
  }
  await Promise.all(missing.map(async (address) => {
    const response = await fetch(address, { credentials: "same-origin" });
    if (response.ok && !response.redirected) { await cache.put(address, response); }
  }));
};

const fresh = async (request, path, known) => {
  const response = await fetch(request);
  if (path === SIGN_IN && response.ok) { await forget(); }
  if (known && known.pages.includes(path)) {
    /* A page of the round that leads elsewhere leads to the way in: the session is over. */
    if (response.type === "opaqueredirect" || response.redirected) { await forget(); return response; }
    const cache = await caches.open(PAGES);
    if (response.ok) { await cache.put(path, response.clone()); } else if (response.status === 404) { await cache.delete(path); }
  }
  return response;
};

const kept = async (path, known, isPage) => {
  if (known) {
    const found = await (await caches.open(PAGES)).match(path);
    if (found) { return found; }
    if (path === "/terrain/" && known.pages.length) { return Response.redirect(known.pages[0], 302); }
  }
  return isPage ? (await caches.match(OFFLINE)) || Response.error() : Response.error();
};

const answer = async (request, path, isPage) => {
  const known = await running();
  try {
    return await fresh(request, path, known);
  } catch {
    return kept(path, known, isPage);
  }
};

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(NOTICE).then((cache) => cache.add(OFFLINE)));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim().then(running)));

self.addEventListener("message", (event) => {
  const { asked, ...what } = event.data || {};
  const done = asked === "keep" ? keep(what) : asked === "forget" ? forget() : Promise.resolve();
  const tell = (ok) => event.ports[0] && event.ports[0].postMessage({ ok });
  event.waitUntil(done.then(() => tell(true), () => tell(false)));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) { return; }
  if (request.mode !== "navigate" && !pathname.startsWith("/static/")) { return; }
  event.respondWith(answer(request, pathname, request.mode === "navigate"));
});
