// The button that prints a receipt; without script there is none, and the browser's own menu does it.
document.addEventListener("click", ({ target }) => target.closest?.("[data-print]") && print());
