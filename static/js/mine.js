// What depends on who looks, on pages that are the same for all: the corner, "You own this" and the hearts. One private
// fragment a page, asked for only where a cookie says that there is something.
(() => {
  const MOST = 200; // beats a request; the shop reads no more
  const corner = () => document.getElementById("corner");
  let last = Promise.resolve();

  // From the page one is on, also after swaps, back to it.
  document.addEventListener("click", ({ target }) => {
    const link = target.closest?.("#corner:not([data-known])");
    if (link) link.search = `?next=${encodeURIComponent(location.pathname + location.search)}`;
  });

  const each = (beat, part, act) => document.querySelectorAll(`main .card[data-beat="${beat}"]${part}`).forEach(act);
  const show = (beat, kept) => each(beat, " .keep", (heart) => heart.setAttribute("aria-pressed", kept));

  function put(text) {
    const found = new DOMParser().parseFromString(text, "text/html");
    const mine = found.getElementById("corner");
    if (mine && !("known" in corner().dataset)) corner().replaceWith(mine);
    for (const { dataset } of found.querySelectorAll("[data-kept]")) show(dataset.kept, true);
    for (const { dataset, firstElementChild } of found.querySelectorAll("[data-owned]")) {
      each(dataset.owned, "", (card) => {
        if (card.querySelector(".owned")) return;
        const link = document.importNode(firstElementChild, true);
        card.querySelector(".beat-buy, .card-text")?.append(link);
        window.htmx?.process(link);
      });
    }
  }

  async function mark() {
    for (const heart of document.querySelectorAll(".keep:not([aria-pressed])")) heart.setAttribute("aria-pressed", false);
    if (!/(signed_in|kept)=1/.test(document.cookie)) return;
    const cards = [...document.querySelectorAll("main .card[data-beat]:not([data-asked])")];
    const ids = [...new Set(cards.map((card) => card.dataset.beat))].slice(0, MOST);
    if (!ids.length && "known" in corner().dataset) return;
    for (const card of cards) card.dataset.asked = "";
    // Whatever a heart is just being told comes first. Without an answer the page does without.
    const answer = await last.then(() => fetch(`${corner().dataset.corner}?b=${ids.join()}`)).catch(() => {});
    if (answer?.ok) put(await answer.text());
  }

  document.addEventListener("click", (event) => {
    const heart = event.target.closest?.(".keep");
    if (!heart) return;
    event.preventDefault();
    const { beat } = heart.closest("[data-beat]").dataset;
    const keep = heart.getAttribute("aria-pressed") !== "true";
    show(beat, keep);
    // One after the other: the first makes the cookie that the others belong to.
    last = last.then(async () => {
      let why;
      try {
        const answer = await fetch(heart.formAction, { method: "POST", headers: { "HX-Request": "true" }, body: new URLSearchParams({ keep: +keep }) });
        if (answer.ok) return;
        why = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#full, .lead")?.textContent;
      } catch {}
      show(beat, !keep);
      document.dispatchEvent(new CustomEvent("keep:failed", { detail: { why } }));
    });
  });

  function forget() {
    for (const link of document.querySelectorAll("main .card .owned")) link.remove();
    for (const card of document.querySelectorAll("[data-asked]")) delete card.dataset.asked;
    for (const heart of document.querySelectorAll(".keep")) heart.removeAttribute("aria-pressed");
  }

  // What is private stays out of the history that htmx keeps, and of the browser's own: both outlive a sign-out.
  document.addEventListener("htmx:beforeHistorySave", forget);
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    if (document.querySelector("[data-hx-history='false']")) {
      // A page of somebody's own: blank until the shop has said whose it may be now.
      document.body.hidden = true;
      location.reload();
      return;
    }
    forget();
    mark();
  });
  for (const name of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, mark);
  mark();
})();
