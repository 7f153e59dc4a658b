/* Being told on this device: the form stays hidden where the browser, or the site's worker, cannot do it. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-device]");
  if (!form || !("serviceWorker" in navigator) || !("PushManager" in window)) { return; }

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

  navigator.serviceWorker.getRegistration().then((worker) => {
    if (!worker) { return; }
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      if (form.elements.adresse.value) { return; }
      event.preventDefault();
      worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.device) })
        .then((place) => { form.elements.adresse.value = place.endpoint; form.requestSubmit(); })
        .catch(() => { form.hidden = true; });
    });
  });
})();
