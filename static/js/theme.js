// The one script that blocks: it sets the remembered colours and the remembered kind of list before anything is painted,
// and marks that scripts run.
(() => {
  const root = document.documentElement;
  root.dataset.script = "";
  const light = matchMedia("(prefers-color-scheme: light)");
  // From the device's own colours first to the others: a tap must do something.
  const order = () => (light.matches ? ["auto", "dark", "light"] : ["auto", "light", "dark"]);
  const now = () => root.dataset.theme || "auto";
  // What the browser paints around the page: one colour for dark devices, one for light ones.
  const around = [...document.querySelectorAll("meta[name=theme-color]")];
  const colours = { dark: around[0].content, light: around[1].content };

  function set(theme) {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    around[0].content = colours[theme] || colours.dark;
    around[1].content = colours[theme] || colours.light;
  }

  try {
    if (localStorage.view) root.dataset.view = localStorage.view;
    const kept = localStorage.theme;
    if (order().includes(kept)) set(kept);
  } catch {} // storage may be forbidden: then the device decides
  const name = () => {
    const button = document.querySelector("[data-theme-switch]");
    if (button) button.title = button.ariaLabel = button.dataset[now()];
  };
  addEventListener("DOMContentLoaded", name);
  addEventListener("click", ({ target }) => {
    if (!target.closest?.("[data-theme-switch]")) return;
    const next = order()[(order().indexOf(now()) + 1) % 3];
    set(next);
    name();
    try {
      localStorage.theme = next;
    } catch {}
  });
})();
