// Filter forms: addresses without empty or default values, and a filter panel that stays open while one chooses.
(() => {
  let open = false;

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.id !== "filters") return;
    for (const field of detail.elt.querySelectorAll("select, input[type=search]")) {
      if (field.value.trim() === "" || field.value === field.dataset.default) delete detail.parameters[field.name];
    }
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    open = detail.target.id === "results" && Boolean(document.getElementById("filters-switch")?.open);
  });
  document.addEventListener("htmx:afterSwap", () => {
    const panel = document.getElementById("filters-switch");
    if (panel && open) panel.open = true;
  });
})();
