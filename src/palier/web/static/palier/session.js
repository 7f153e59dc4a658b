/* The end of a session, in every tab: what was shown goes when someone signs out, and the way back shows nothing.
   Without this file the server still answers every click of an old tab with the sign-in page. */
(() => {
  "use strict";
  const signOut = document.body.dataset.signOut;
  const site = signOut ? `/${signOut.split("/")[1]}/` : document.querySelector("[data-closed-site]")?.dataset.closedSite;
  if (!site) { return; }
  const channel = new BroadcastChannel("palier-session");

  if (!signOut) {
    // The sign-in page is only shown where no session of this site is open: its other tabs show what they must not.
    channel.postMessage(site);
    return;
  }
  channel.addEventListener("message", (event) => {
    if (event.data === site) { document.body.replaceChildren(); location.replace(site); }
  });
  /* « Mon accès » has not the round's script, and a phone may have no worker: signing out would wipe, unasked, what a
     caretaker noted and could not send yet. The page of the round asks (terrain.js). */
  const waits = () => new Promise((resolve) => {
    const opening = indexedDB.open("palier-terrain");
    /* Made by the round alone: opened first from here, it would be an empty one. */
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = () => resolve(false);
    opening.onsuccess = () => {
      const asked = opening.result.transaction("envois").objectStore("envois").count();
      asked.onsuccess = () => { opening.result.close(); resolve(asked.result > 0); };
      asked.onerror = () => { opening.result.close(); resolve(false); };
    };
  });
  if (site === "/terrain/" && "indexedDB" in window && !document.querySelector("#reseau")) {
    document.addEventListener("submit", async (event) => {
      const form = event.target;
      if (!form.matches(`[action="${signOut}"]`)) { return; }
      event.preventDefault();
      if (await waits()) { location.assign(`${site}#depart`); } else { form.submit(); }
    });
  }
  window.addEventListener("pageshow", (event) => {
    // A page that the browser kept whole: asked again, it answers as it should now.
    if (event.persisted) { document.body.replaceChildren(); location.reload(); }
  });
})();
