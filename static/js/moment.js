// Links to a moment: on a beat's page, #t=42 lets Play begin there.
(() => {
  const player = window.beatPlayer;
  const moment = () => Number(/^#t=(\d{1,5})$/.exec(location.hash)?.[1] || 0);
  window.beatMoment = (button) => (button.closest(".beat") ? moment() : 0);

  function tell() {
    const words = document.querySelector("[data-moment]");
    if (!words) return;
    words.hidden = !moment();
    words.textContent = words.dataset.moment.replace("%s", () => player.clock(moment()));
  }

  addEventListener("hashchange", () => {
    tell();
    const heard = document.querySelector(".beat")?.dataset.beat === player.now.beat?.id;
    if (heard && moment()) player.seek(moment());
  });
  // htmx would look for an element of that name, and finds that it can't be one.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (/^t=/.test(detail.pathInfo?.anchor)) detail.pathInfo.anchor = "";
  });
  for (const name of ["htmx:afterSettle", "htmx:historyRestore", "DOMContentLoaded"]) document.addEventListener(name, tell);
})();
