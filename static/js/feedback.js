// After a swap: focus and a spoken word for who can't see it. After a failure: a visible one, with a way to try again.
(() => {
  const live = document.getElementById("live");
  const notice = document.getElementById("notice");
  const text = notice.dataset;
  const parts = { main: /\bid="main"/, results: /\bid="results"/ };

  function speak(message) {
    live.textContent = "";
    // A change in the next frame is one that screen readers notice, also when the words are the same as before.
    requestAnimationFrame(() => (live.textContent = message));
  }

  // What the page is, with its filters and page number, but without the shop's name.
  const pageName = () => document.title.replace(/ – [^–]*$/, "");

  function settleMain(main) {
    main.querySelector("h1")?.focus({ preventScroll: true });
    const found = main.querySelector("#results-count")?.textContent.trim();
    // Trouble says itself: "There is no such page loaded" would say it twice, and wrongly.
    if (main.querySelector(".error-page")) speak("");
    else speak(found ? `${pageName()}, ${found}` : live.dataset.found.replace("%s", () => pageName()));
  }

  function settleResults(results) {
    const heading = results.querySelector("#results-count");
    const found = heading.textContent.trim();
    const { title } = results.dataset; // a list that broke has none
    if (title) document.title = title;
    // A filter keeps its focus by its id; a page link or chip is gone with the old list.
    if (!document.activeElement || document.activeElement === document.body) heading.focus({ preventScroll: true });
    // The count alone would be the same on every page of a list, as if nothing had happened.
    speak(title ? `${pageName()}, ${found}` : found);
  }

  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (target.id === "main") settleMain(target);
    if (target.id === "results") settleResults(target);
  });

  // What a retry inherits from the body suits whole pages: what asked for the list alone must say so again.
  const LIST = { hxTarget: "#results", hxSelect: "unset", hxSwap: "outerHTML show:none", hxIndicator: "#loading, #results" };

  function tell(message, { detail }) {
    const before = document.activeElement;
    const inner = document.createElement("div");
    const words = document.createElement("p");
    const retry = document.createElement("a");
    const close = document.createElement("button");
    inner.className = "notice-inner";
    words.textContent = message;
    retry.className = "button button-main";
    retry.href = detail.pathInfo?.finalRequestPath || detail.requestConfig?.path || location.href;
    if (detail.target?.id === "results") Object.assign(retry.dataset, LIST);
    retry.textContent = text.retry;
    close.type = "button";
    close.className = "button";
    close.textContent = text.close;
    close.addEventListener("click", () => {
      hush();
      (before.isConnected && before !== document.body ? before : document.getElementById("main")).focus({ preventScroll: true });
    });
    inner.append(words, retry, close);
    notice.hidden = false;
    notice.replaceChildren(inner);
    window.htmx.process(notice); // the retry is a boosted link like any other: the music plays on
    // What was chosen did not come: the form shows again what the list beneath it and the address show.
    if (detail.requestConfig?.elt.id === "filters") detail.requestConfig.elt.reset();
  }

  // Hidden, not emptied: a link that leaves the page while its request is under way loses the target it inherits.
  const hush = () => (notice.hidden = true);

  // A heart that was refused brings the reason along, if there was an answer.
  document.addEventListener("keep:failed", (event) => tell(event.detail.why || text.failed, event));
  document.addEventListener("htmx:sendError", (event) => tell(navigator.onLine ? text.failed : text.offline, event));
  document.addEventListener("htmx:timeout", (event) => tell(text.slow, event));
  for (const name of ["htmx:beforeRequest", "htmx:historyRestore"]) document.addEventListener(name, hush);

  // Answers that aren't ours (a proxy's 502, a captive portal) hold neither #main nor #results: swapping one would empty the page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    const part = parts[target.id];
    // Said again, because a link that was swapped away meanwhile no longer inherits it: the page would land inside itself.
    if (target.id === "main") event.detail.selectOverride = "#main";
    if (!part || xhr.status === 204 || part.test(xhr.responseText)) return;
    event.detail.shouldSwap = false;
    tell(text.failed, event);
  });
})();
