// Passkeys where the browser has them, and a word on the page when one is refused; allauth's scripts do the rest.
(() => {
  const trouble = document.getElementById("passkey-trouble");
  const tell = (words) => {
    trouble.textContent = words;
    trouble.hidden = false;
  };
  // A passkey belongs to a name: at 127.0.0.1 no browser makes one.
  if (!window.PublicKeyCredential || /^[\d.]+$|:/.test(location.hostname)) {
    for (const part of document.querySelectorAll(".with-passkey")) part.hidden = true;
    if (document.querySelector("[data-needs-passkey]")) tell(trouble.dataset.unable);
    return;
  }
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    tell(trouble.dataset.failed);
  });
})();
