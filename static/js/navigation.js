// What the page around #main must learn after a swap: which tab is current, and whether this page wants to be asked for again.
(() => {
  let again = 0;

  function follow() {
    for (const link of document.querySelectorAll(".site-nav a")) {
      const here = location.pathname.startsWith(link.pathname);
      if (here) link.setAttribute("aria-current", location.pathname === link.pathname ? "page" : "true");
      else link.removeAttribute("aria-current");
    }
    // htmx parses pages as if without script, and what stands in <noscript> would come alive: a second player.
    for (const element of document.querySelectorAll("main noscript")) element.remove();

    clearTimeout(again);
    const wait = document.querySelector("[data-retry-after]");
    if (!wait) return;
    const options = { target: "#main", select: "#main", swap: "outerHTML" };
    // Spread over a few seconds: everybody who waits was told the same number.
    again = setTimeout(() => window.htmx?.ajax("GET", location.href, options), Number(wait.dataset.retryAfter) * 1000 + Math.random() * 3000);
  }

  for (const name of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, follow);
  follow();
})();
