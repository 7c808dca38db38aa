// Covers or a dense list: the switch in the toolbar. theme.js sets what was chosen before, so that nothing jumps.
(() => {
  const root = document.documentElement;
  const show = () => {
    for (const button of document.querySelectorAll("[data-view-switch]")) button.setAttribute("aria-pressed", root.dataset.view === "list");
  };
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-view-switch]")) return;
    if (root.dataset.view) delete root.dataset.view;
    else root.dataset.view = "list";
    try {
      if (root.dataset.view) localStorage.view = "list";
      else delete localStorage.view;
    } catch {} // storage may be forbidden: then the choice lasts as long as the page
    show();
  });
  for (const name of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, show);
  show();
})();
