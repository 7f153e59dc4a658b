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
  window.addEventListener("pageshow", (event) => {
    // A page that the browser kept whole: asked again, it answers as it should now.
    if (event.persisted) { document.body.replaceChildren(); location.reload(); }
  });
})();
