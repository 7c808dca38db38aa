// Back and forward buttons for shelves that scroll sideways: a mouse has no swipe. They show only where something is hidden.
(() => {
  const reelOf = (steps) => steps.closest("section").querySelector("[data-reel]");

  function update(steps) {
    const reel = reelOf(steps);
    const room = reel.scrollWidth - reel.clientWidth;
    const at = Math.abs(reel.scrollLeft); // negative where the writing runs from right to left
    steps.hidden = room < 8 || matchMedia("(hover: none)").matches;
    // Not `disabled`: that would take the focus from under whoever came to the end with the keyboard.
    steps.firstElementChild.setAttribute("aria-disabled", at < 8);
    steps.lastElementChild.setAttribute("aria-disabled", at > room - 8);
  }

  function updateAll() {
    for (const steps of document.querySelectorAll("[data-reel-steps]")) update(steps);
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-reel-step]");
    if (!button) return;
    const reel = reelOf(button.parentElement);
    const way = Number(button.dataset.reelStep) * (getComputedStyle(reel).direction === "rtl" ? -1 : 1);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    reel.scrollBy({ left: way * reel.clientWidth * 0.9, behavior: calm ? "auto" : "smooth" });
  });
  // Scroll events don't bubble, but they can be caught on the way down.
  document.addEventListener("scroll", ({ target }) => {
    if (target.dataset && "reel" in target.dataset) updateAll();
  }, { capture: true, passive: true });
  addEventListener("resize", updateAll);
  for (const name of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, updateAll);
  updateAll();
})();
