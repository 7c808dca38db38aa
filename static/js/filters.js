// Filter forms: addresses without empty or default values, and a panel that stays open while one chooses.
(() => {
  const kept = ["filters-switch", "more-genres"];
  let open = [];

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.id !== "filters") return;
    for (const field of detail.elt.elements) {
      if (!field.name) continue; // a fieldset, a button
      const said = field.value.trim();
      if (said === "" || said === field.dataset.default) delete detail.parameters[field.name];
    }
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    open = detail.target.id === "results" ? kept.filter((id) => document.getElementById(id)?.open) : [];
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  });

  document.addEventListener("click", ({ target }) => {
    if (!target.closest?.("[data-filters-done]")) return;
    document.getElementById("filters-switch").open = false;
    const count = document.getElementById("results-count");
    count.scrollIntoView();
    count.focus({ preventScroll: true });
  });
})();
