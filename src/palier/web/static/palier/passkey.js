/* Passkeys: asks the browser's key what the page's form says, then sends the answer. Its forms stay hidden without it. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials || /^[\d.]+$|:/.test(location.hostname)) { return; }

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

  const asked = (options, use) => {
    const ready = { ...options, challenge: bytes(options.challenge) };
    if (use === "get") { return navigator.credentials.get({ publicKey: { ...ready, allowCredentials: named(options.allowCredentials) } }); }
    return navigator.credentials.create({ publicKey: {
      ...ready, user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: named(options.excludeCredentials) } });
  };

  const told = (key) => {
    const answer = { clientDataJSON: text(key.response.clientDataJSON) };
    if (key.response.attestationObject) { answer.attestationObject = text(key.response.attestationObject); }
    else {
      answer.authenticatorData = text(key.response.authenticatorData);
      answer.signature = text(key.response.signature);
      if (key.response.userHandle) { answer.userHandle = text(key.response.userHandle); }
    }
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response: answer, clientExtensionResults: {} });
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const said = form.querySelector("[data-passkey-said]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      said.hidden = true;
      try {
        form.elements.credential.value = told(await asked(JSON.parse(form.dataset.options), form.dataset.passkey));
      } catch {
        said.hidden = false;
        return;
      }
      if (document.querySelector("input[name=shared]:checked")) {
        const shared = document.createElement("input");
        shared.type = "hidden";
        shared.name = "shared";
        shared.value = "on";
        form.append(shared);
      }
      form.submit();
    });
  });
  document.querySelectorAll("[data-passkey-absent]").forEach((each) => { each.hidden = true; });
})();
