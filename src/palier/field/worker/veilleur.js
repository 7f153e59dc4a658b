/* Keeps the pages of a round while it lasts, under /terrain/ only. At its end, at sign-out, when a session or a mandate
   ends, it forgets. It writes nothing: what is ticked without network waits in the page's own queue. */
const PAGES = "palier-tournee";
const KEYS = "palier-cle";
const KEY = "tournee";
const NOTICE = "palier-avis";
const STATE = "/terrain/etat-de-la-tournee";
const OFFLINE = "/terrain/hors-reseau/";
const SIGN_IN = "/terrain/connexion/";
const SIGN_OUT = "/terrain/deconnexion/";
/* The page whose script asks before anything unsent is wiped. */
const ASKS = "/terrain/moi/#depart";

const seal = async (path, response) => {
  const body = await closed(path, await response.arrayBuffer());
  const headers = new Headers(response.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) { headers.delete(name); }
  return body && new Response(body, { headers });
};
const unseal = async (path, sealed) => {
  const body = await opened(path, sealed);
  return body && new Response(body, { headers: sealed.headers });
};

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
  if (!known || known.stamp !== stamp || !(await key())) { await forget(); }
  await makeKey();
  const cache = await caches.open(PAGES);
  await cache.put(STATE, new Response(JSON.stringify({ until, stamp, pages, assets })));
  const missing = [];
  for (const address of [...assets, ...pages]) {
    if (!(await cache.match(address))) { missing.push(address); }
  }
  await Promise.all(missing.map(async (address) => {
    const response = await fetch(address, { credentials: "same-origin" });
    if (!response.ok || response.redirected) { return; }
    const put = pages.includes(address) ? await seal(address, response) : response;
    if (put) { await cache.put(address, put); }
  }));
};

/* What an answer from the server changes in what is kept. */
const learn = async (response, path, known) => {
  if (path === SIGN_IN && response.ok) { await forget(); return; }
  if (!known || !known.pages.includes(path)) { return; }
  /* A page of the round that leads elsewhere leads to the way in: the session is over. One that no longer exists: a
     mandate has ended, and with it all that was kept under it. */
  if (response.type === "opaqueredirect" || response.redirected || response.status === 404) { await forget(); return; }
  const sealed = response.ok ? await seal(path, response.clone()) : null;
  if (sealed) { await (await caches.open(PAGES)).put(path, sealed); }
};

const kept = async (path, known, isPage) => {
  if (known) {
    const found = await (await caches.open(PAGES)).match(path);
    const shown = found && known.pages.includes(path) ? await unseal(path, found) : found;
    if (shown) { return shown; }
    if (path === "/terrain/" && known.pages.length) { return Response.redirect(known.pages[0], 302); }
  }
  return isPage ? (await caches.match(OFFLINE)) || Response.error() : Response.error();
};

const answer = async (request, path, isPage) => {
  const known = await running();
  let response;
  try { response = await fetch(request); } catch { return kept(path, known, isPage); }
  /* A phone that cannot keep a page (no room left, storage refused) shows it all the same, and keeps none. */
  await learn(response, path, known).catch(forget);
  return response;
};

/* What waits in the page's queue; nothing where there is no queue. */
const waits = () => new Promise((resolve) => {
  const opening = indexedDB.open("palier-terrain");
  /* Made by the page alone: opened first from here, it would be an empty one. */
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onerror = () => resolve(0);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("envois").objectStore("envois").count();
    asked.onsuccess = () => { opening.result.close(); resolve(asked.result); };
    asked.onerror = () => { opening.result.close(); resolve(0); };
  };
});

/* Signing out from a page without the round's script: the question is asked all the same. */
const signOut = async (request) => ((await waits()) ? Response.redirect(ASKS, 303) : fetch(request));

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(NOTICE).then((cache) => cache.add(OFFLINE)));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim().then(running)));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method === "POST" && request.mode === "navigate" && pathname === SIGN_OUT) {
    event.respondWith(signOut(request));
    return;
  }
  if (request.method !== "GET" || origin !== self.location.origin) { return; }
  if (request.mode !== "navigate" && !pathname.startsWith("/static/")) { return; }
  event.respondWith(answer(request, pathname, request.mode === "navigate"));
});
