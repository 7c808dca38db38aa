// The one script that blocks: it sets the remembered colours before anything is painted, and marks that scripts run.
(() => {
  const root = document.documentElement;
  const order = ["auto", "dark", "light"];
  const now = () => root.dataset.theme || "auto";
  const set = (theme) => (theme === "auto" ? delete root.dataset.theme : (root.dataset.theme = theme));
  root.dataset.script = "";
  try {
    const kept = localStorage.theme;
    if (order.includes(kept)) set(kept);
  } catch {} // storage may be forbidden: then the device decides
  const name = () => {
    const button = document.querySelector("[data-theme-switch]");
    button.title = button.ariaLabel = button.dataset[now()];
  };
  addEventListener("DOMContentLoaded", name);
  addEventListener("click", ({ target }) => {
    if (!target.closest?.("[data-theme-switch]")) return;
    const next = order[(order.indexOf(now()) + 1) % 3];
    set(next);
    name();
    try {
      localStorage.theme = next;
    } catch {}
  });
})();
