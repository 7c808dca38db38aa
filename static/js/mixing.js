// With a beat in the player, every list offers what mixes with it.
(() => {
  let beat = null;

  const offer = () => {
    const link = document.getElementById("mixes-now");
    if (!link) return;
    const here = new URL(window.location).searchParams.get("mixes_with");
    link.hidden = !beat || here === beat.id;
    const href = beat && link.dataset.mixes + beat.id;
    if (link.hidden || link.getAttribute("href") === href) return;
    // Made anew: htmx reads a link's address once.
    const fresh = link.cloneNode(true);
    fresh.setAttribute("href", href);
    link.replaceWith(fresh);
    window.htmx.process(fresh);
  };

  document.addEventListener("player:change", ({ detail }) => {
    beat = detail.beat;
    // One that only waits to be resumed is offered with the next list: now the page has been painted, and would jump.
    if (detail.state !== "paused" || detail.heard) offer();
  });
  for (const name of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, offer);
})();
