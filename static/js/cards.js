// Cards and the player: what a card, or a line of an order, says of its beat, and what it shows of the music, in whatever was just swapped in.
(() => {
  const labels = document.getElementById("player").dataset;
  const text = (card, part) => card.querySelector(part)?.textContent.trim() || "";
  const titleOf = (card) => text(card, "h1, h3, .order-title");

  function beatOf(button) {
    const card = button.closest("[data-beat]");
    const cover = card.querySelector(".cover");
    const image = cover.querySelector("img");
    return {
      id: card.dataset.beat,
      src: card.querySelector("[data-play]").dataset.src,
      title: titleOf(card),
      producer: text(card, ".card-producer bdi, .beat-producer bdi, .order-producer bdi"),
      cover: image ? image.currentSrc || image.src : "", // the size that is there already
      weave: cover.className.match(/weave-(\d+)/)[1],
      href: card.querySelector(".card-title a, .order-title a")?.pathname || location.pathname,
    };
  }

  function mark() {
    const { beat, state } = window.beatPlayer.now;
    const active = window.beatPlayer.isActive();
    for (const card of document.querySelectorAll("[data-beat]")) {
      const mine = active && card.dataset.beat === beat.id;
      const label = (words) => words.replace("%s", () => titleOf(card));
      const play = card.querySelector("[data-play]");
      for (const element of play ? [card, play] : []) {
        if (mine) element.dataset.state = state;
        else delete element.dataset.state;
      }
      play?.setAttribute("aria-label", label(mine ? labels.sayPause : labels.sayPlay));
      const add = card.querySelector(".add");
      if (!add) continue;
      const queued = window.beatQueue?.isQueued(card.dataset.beat);
      add.dataset.add = queued ? "next" : "";
      add.title = add.ariaLabel = label(queued ? labels.sayPlayNext : labels.sayAdd);
    }
  }

  window.beatCards = { beatOf };
  for (const name of ["player:change", "queue:change", "htmx:afterSwap", "htmx:afterSettle", "htmx:historyRestore"]) {
    document.addEventListener(name, mark);
  }
  addEventListener("DOMContentLoaded", mark);
})();
