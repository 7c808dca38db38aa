// A cover that doesn't load makes room for the woven pattern behind it. Who saves data sees covers from the tap that asks for
// them on, as long as the tab is open.
(() => {
  const hide = (image) => image.matches?.(".cover img, .avatar img") && (image.hidden = true);

  document.addEventListener("error", ({ target }) => hide(target), true); // error events don't bubble
  for (const image of document.querySelectorAll(".cover img, .avatar img")) {
    if (image.complete && image.naturalWidth === 0) hide(image); // failed before this script ran
  }

  let wanted = false;
  try {
    wanted = Boolean(sessionStorage.covers);
  } catch {}

  function show() {
    if (!wanted) return;
    for (const box of document.querySelectorAll("[data-cover].cover")) {
      box.prepend(Object.assign(new Image(), { alt: "", src: box.dataset.cover, decoding: "async" }));
      box.removeAttribute("data-cover");
    }
    for (const button of document.querySelectorAll("[data-show-covers]")) button.parentElement.remove();
  }

  document.addEventListener("click", ({ target }) => {
    if (!target.closest?.("[data-show-covers]")) return;
    wanted = true;
    try {
      sessionStorage.covers = "1";
    } catch {} // storage may be forbidden: then it lasts as long as the page
    show();
    document.querySelector("main h1")?.focus();
  });
  for (const name of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, show);
  show();
})();
