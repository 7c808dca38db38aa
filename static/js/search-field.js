// The way to the search field: the / key, the script for suggestions once somebody comes, and the words after a swap.
(() => {
  const fields = () => [...document.querySelectorAll("[data-combobox]")];
  const shown = () => fields().find((field) => field.offsetParent);
  let wanted = false; // on a phone the field is on a page of its own, and the key leads there

  document.addEventListener("focusin", ({ target }) => {
    const source = target.dataset?.combobox;
    if (!source || document.querySelector(`script[src="${source}"]`)) return;
    const script = document.createElement("script");
    script.src = source;
    document.head.append(script);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = shown();
    event.preventDefault();
    wanted = !field;
    if (field) field.select();
    else document.querySelector(".search-link").click();
  });

  // The header stays when a page is swapped, and says what is searched for there.
  const follow = () => {
    const asked = /^(\/..)?\/search\//.test(location.pathname) ? new URLSearchParams(location.search).get("q") : "";
    for (const field of fields()) if (field !== document.activeElement) field.value = asked || "";
    if (wanted) shown()?.focus();
    wanted = false;
  };
  document.addEventListener("htmx:afterSettle", ({ target }) => target.id === "main" && follow());
  document.addEventListener("htmx:historyRestore", follow);
})();
