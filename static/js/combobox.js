// Suggestions under a search field, by the ARIA pattern of a combobox with a listbox: the focus stays in the field. htmx fetches them.
(() => {
  const FEWEST = 2; // letters
  const PAUSE = 120; // ms without a key before we ask
  const live = document.getElementById("live");
  let dismissed = null; // what stood in the field when Escape closed its list: a late answer opens nothing
  const listOf = (field) => field.parentElement.querySelector(".suggestions");
  const optionsOf = (field) => [...listOf(field).querySelectorAll("[role=option]")];
  const chosen = (field) => optionsOf(field).findIndex((option) => option.getAttribute("aria-selected") === "true");
  const isField = (element) => element.matches?.("[data-combobox]");

  function dress(field) {
    if (field.getAttribute("role") === "combobox") return;
    const list = listOf(field);
    const facts = {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": list.id,
      "data-hx-get": list.dataset.source,
      // Not "changed": what was typed before this script came would count as asked for.
      "data-hx-trigger": `input delay:${PAUSE}ms`,
      "data-hx-target": `#${list.id}`,
      "data-hx-select": "unset",
      "data-hx-swap": "innerHTML",
      "data-hx-sync": "this:replace", // a letter more, and the question before it is taken back
      "data-hx-indicator": `#${list.id}`, // nothing to see: the thread at the top is for pages
    };
    for (const [name, value] of Object.entries(facts)) field.setAttribute(name, value);
    window.htmx.process(field);
    if (field.value !== field.defaultValue) window.htmx.trigger(field, "input"); // typed before this script came
  }

  function close(field) {
    listOf(field).hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(field, -1);
  }

  function open(field) {
    const some = optionsOf(field).length > 0;
    listOf(field).hidden = !some;
    field.setAttribute("aria-expanded", String(some));
  }

  function choose(field, at) {
    for (const [place, option] of optionsOf(field).entries()) {
      option.setAttribute("aria-selected", String(place === at));
      if (place === at) option.scrollIntoView({ block: "nearest" });
    }
    const option = optionsOf(field)[at];
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function move(field, step) {
    if (listOf(field).hidden) open(field);
    const count = optionsOf(field).length;
    // One place before the first and after the last is the field itself.
    if (count) choose(field, ((chosen(field) + 1 + step + count + 1) % (count + 1)) - 1);
  }

  const keys = {
    ArrowDown: (field) => move(field, 1),
    ArrowUp: (field) => move(field, -1),
    Home: (field) => chosen(field) >= 0 && choose(field, 0),
    End: (field) => chosen(field) >= 0 && choose(field, optionsOf(field).length - 1),
    Enter(field) {
      const option = optionsOf(field)[chosen(field)];
      if (!option || listOf(field).hidden) return false;
      close(field);
      option.click();
    },
    Escape(field) {
      if (!listOf(field).hidden) {
        close(field);
        dismissed = field.value;
      } else if (field.value) field.value = "";
      else return false;
    },
  };

  document.addEventListener("keydown", (event) => {
    const act = isField(event.target) && !event.isComposing && !event.altKey && !event.ctrlKey && !event.metaKey && keys[event.key];
    if (act && act(event.target) !== false) event.preventDefault();
  });

  document.addEventListener("input", ({ target }) => isField(target) && (dismissed = null));
  document.addEventListener("focusin", ({ target }) => isField(target) && dress(target));
  document.addEventListener("focusout", ({ target }) => isField(target) && close(target));
  // A press on a suggestion would take the focus, and with it the list, before the click arrives.
  document.addEventListener("mousedown", (event) => event.target.closest?.(".suggestions") && event.preventDefault());
  document.addEventListener("click", ({ target }) => {
    const list = target.closest?.(".suggestions");
    if (list) close(list.parentElement.querySelector("[data-combobox]"));
  });
  document.addEventListener("submit", ({ target }) => {
    const field = target.querySelector?.("[data-combobox]");
    if (!field) return;
    window.htmx?.trigger(field, "htmx:abort"); // a late answer would open the list over the results
    close(field);
  });

  const asked = (field) => field.value.trim();
  document.addEventListener("htmx:beforeRequest", (event) => {
    const field = event.detail.elt;
    if (!isField(field)) return;
    if (asked(field).length >= FEWEST && field.value !== dismissed) return;
    event.preventDefault();
    close(field);
  });
  // Only an answer to what stands in the field now counts, and only while somebody is there.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, xhr } = event.detail;
    const field = requestConfig.elt; // the event's own is what is swapped
    if (!isField(field)) return;
    const isWanted = document.activeElement === field && field.value !== dismissed;
    const answersThis = requestConfig.parameters.q?.trim() === asked(field) && isWanted;
    if (xhr.status !== 200 || !answersThis || !/class="suggestion-groups"/.test(xhr.responseText)) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const field = event.detail.requestConfig?.elt;
    if (!field || !isField(field)) return;
    for (const [place, option] of optionsOf(field).entries()) option.id = `${field.id}-option-${place}`;
    choose(field, -1);
    open(field);
    live.textContent = listOf(field).firstElementChild.dataset.said;
  });

  if (document.activeElement && isField(document.activeElement)) dress(document.activeElement);
})();
