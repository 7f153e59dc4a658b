/* What the workers of the sites share, put before each: the pages that a device keeps are kept encrypted. Their key is
   made on the device, cannot be read out of the browser, and goes first: whatever would be left of the pages is left closed.
   Each site names its own: PAGES its cache, KEYS its database, KEY its key; and says how to keep (`keep`). */
"use strict";
const inKeys = (work) => new Promise((resolve, reject) => {
  const opening = indexedDB.open(KEYS, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("cle");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const passing = opening.result.transaction("cle", "readwrite");
    const asked = work(passing.objectStore("cle"));
    passing.oncomplete = () => { opening.result.close(); resolve(asked.result); };
    passing.onerror = () => { opening.result.close(); reject(passing.error); };
  };
});
const key = () => inKeys((store) => store.get(KEY));
/* Made aside, then put only where there is none: two tabs at once end with one key. */
const makeKey = async () => {
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await inKeys((store) => {
    const asked = store.get(KEY);
    asked.onsuccess = () => { if (!asked.result) { store.put(made, KEY); } };
    return asked;
  });
};
const cipher = (iv, path) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(path) });

/* Closed for that address; nothing without a key. */
const closed = async (path, bytes) => {
  const held = await key();
  if (!held) { return null; }
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return new Blob([iv, await crypto.subtle.encrypt(cipher(iv, path), held, bytes)]);
};
/* In clear; nothing when its key is gone. */
const opened = async (path, sealed) => {
  const held = await key();
  if (!held) { return null; }
  const bytes = await sealed.arrayBuffer();
  try { return await crypto.subtle.decrypt(cipher(bytes.slice(0, 12), path), held, bytes.slice(12)); } catch { return null; }
};

const forget = async () => {
  await inKeys((store) => store.clear()).catch(() => {});
  await caches.delete(PAGES);
};

self.addEventListener("message", (event) => {
  const { asked, ...what } = event.data || {};
  const done = asked === "keep" ? keep(what) : asked === "forget" ? forget() : Promise.resolve();
  const tell = (ok) => event.ports[0] && event.ports[0].postMessage({ ok });
  event.waitUntil(done.then(() => tell(true), () => tell(false)));
});

