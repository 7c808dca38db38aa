// Opens and closes what lies over the page: the queue beside it, the sheet of keys before it.
(() => {
  const panels = [document.getElementById("queue"), document.getElementById("keys")];
  let opener = null;

  window.showPanel = (name) => {
    const panel = document.getElementById(name);
    if (panel.open) return panel.close();
    opener = document.activeElement;
    if (name === "keys") panel.showModal();
    else panel.show();
    document.dispatchEvent(new Event("panel:shown"));
    panel.querySelector("h2").focus();
  };

  for (const panel of panels) {
    panel.addEventListener("click", ({ target }) => {
      if (target === panel || target.closest("[data-panel-close]")) panel.close();
    });
    // Who was in it goes back to where it was opened from, or to the page if that is gone; who was elsewhere stays there.
    panel.addEventListener("close", () => {
      const here = document.activeElement;
      if (here !== document.body && !panel.contains(here)) return;
      if (opener?.isConnected) opener.focus();
      if (document.activeElement !== opener || opener === document.body) document.getElementById("main").focus({ preventScroll: true });
    });
  }
  // A dialog that isn't modal hears no Escape of its own.
  document.addEventListener("keydown", ({ key, defaultPrevented }) => {
    if (key === "Escape" && !defaultPrevented && !panels[1].open) panels[0].close();
  });
  document.addEventListener("player:change", ({ detail }) => !detail.beat && document.getElementById("queue").close());

  document.addEventListener("click", ({ target }) => {
    const name = target.closest?.("[data-open-panel]")?.dataset.openPanel;
    if (name) window.showPanel(name);
  });

  const use = document.querySelector("[data-keys-switch]");
  try {
    use.checked = localStorage.shortcuts !== "off";
    use.addEventListener("change", () => (localStorage.shortcuts = use.checked ? "on" : "off"));
  } catch {} // storage may be forbidden: then the keys stay as they are
})();
