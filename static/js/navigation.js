// What the page around #main must learn after a swap: which tab is current, and whether this page wants to be asked for again.
(() => {
  let again = 0;

  // Trouble needs no answer here: feedback.js shows it.
  const ask = (path, more) => window.htmx?.ajax("GET", path, { target: "#main", select: "#main", swap: "outerHTML", ...more }).catch(() => {});

  function follow() {
    for (const link of document.querySelectorAll(".site-nav a")) {
      const here = location.pathname.startsWith(link.pathname);
      if (here) link.setAttribute("aria-current", location.pathname === link.pathname ? "page" : "true");
      else link.removeAttribute("aria-current");
    }
    const languages = [...document.querySelectorAll(".languages a")];
    const spoken = languages.find((link) => link.hasAttribute("aria-current")).dataset.prefix;
    for (const link of languages) link.href = link.dataset.prefix + location.pathname.slice(spoken.length) + location.search;

    // htmx parses pages as if without script, and what stands in <noscript> would come alive: a second player.
    for (const element of document.querySelectorAll("main noscript")) element.remove();

    clearTimeout(again);
    const wait = document.querySelector("[data-retry-after]");
    if (!wait) return;
    // Spread over a few seconds: everybody who waits was told the same number.
    again = setTimeout(() => ask(location.href), Number(wait.dataset.retryAfter) * 1000 + Math.random() * 3000);
  }

  // Back to a page that is no longer kept. htmx's own request would leave error pages out, and say nothing when it fails.
  document.addEventListener("htmx:historyCacheMiss", (event) => {
    event.preventDefault();
    ask(event.detail.path, { replace: "true" });
  });
  for (const name of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, follow);
  follow();
})();
