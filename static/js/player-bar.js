// The bar at the bottom: shows what player.js does and what queue.js holds, and seeks.
(() => {
  const player = window.beatPlayer;
  const queue = window.beatQueue;
  const bar = document.getElementById("player");
  const part = (name) => bar.querySelector(`[data-player-${name}]`);
  const [toggle, cover, link, title, producer, status, slider, elapsed, total, previous, offer] = [
    "toggle", "cover", "link", "title", "producer", "status", "slider", "elapsed", "total", "previous", "offer",
  ].map(part);
  const text = bar.dataset;
  const { clock } = player;
  let beat = null;
  let state = "idle";
  let dragging = false;

  function showTime() {
    if (!beat) return;
    const length = player.duration();
    const at = dragging ? Number(slider.value) : Math.min(player.position(), length || Infinity);
    slider.max = Math.max(1, Math.round(length));
    if (!dragging) slider.value = length ? Math.round(at) : 0;
    slider.style.setProperty("--part", slider.value / slider.max);
    elapsed.textContent = clock(at);
    total.textContent = length ? clock(length) : "–";
    slider.setAttribute("aria-valuetext", text.sayTimeOf.replace("%1", clock(at)).replace("%2", total.textContent));
  }

  function showBeat() {
    title.textContent = beat.title;
    producer.textContent = beat.producer;
    cover.className = `cover player-cover weave-${beat.weave}`;
    cover.replaceChildren();
    if (beat.cover) {
      const image = new Image(44, 44);
      image.alt = "";
      image.src = beat.cover;
      cover.append(image);
    }
    link.href = beat.href;
    window.htmx?.process(link); // htmx read the old address when it bound the link
  }

  function say(message) {
    status.textContent = message;
    bar.toggleAttribute("data-said", message !== "");
  }

  function showState(resumed, offline) {
    const label = player.isActive() ? text.sayPause : resumed ? text.sayResume : text.sayPlay;
    bar.dataset.state = toggle.dataset.state = state;
    toggle.setAttribute("aria-label", label.replace("%s", () => beat.title));
    if (state === "failed") say(offline ? text.sayOffline : text.sayUnavailable);
    else if (resumed) say(text.sayResumeAt.replace("%s", clock(player.position())));
    else if (state !== "loading") say("");
  }

  function showQueue() {
    const next = queue.list[queue.following()];
    for (const button of [previous, part("next")]) button.hidden = queue.list.length < 2;
    // Not `disabled`: that would take the focus from under whoever came to the end with the keyboard.
    part("next").setAttribute("aria-disabled", !next);
    part("next").ariaLabel = part("next").title = next ? text.sayNext.replace("%s", () => next.title) : text.sayLast;
    offer.hidden = state !== "failed" || !next;
    offer.textContent = part("next").title;
    part("count").textContent = queue.list.length - queue.at - 1 || "";
  }

  let slow = 0;
  document.addEventListener("player:change", ({ detail }) => {
    const other = detail.beat !== beat;
    ({ beat, state } = detail);
    clearTimeout(slow);
    bar.hidden = !beat;
    if (!beat) return;
    if (other) {
      showBeat();
      say("");
    }
    // A preview that starts at once needs no words.
    if (state === "loading") slow = setTimeout(() => say(navigator.onLine ? (detail.heard ? text.sayStalled : text.sayLoading) : text.sayOffline), 600);
    showState(detail.resumed, detail.offline);
    showTime();
    showQueue();
  });
  document.addEventListener("player:time", showTime);
  document.addEventListener("queue:change", showQueue);
  document.addEventListener("queue:added", ({ detail }) => {
    say((detail.first ? text.sayNext : text.sayAdded).replace("%s", () => detail.beat.title));
    clearTimeout(slow);
    slow = setTimeout(() => say(""), 3000);
  });

  // The page keeps as much room at its end as the bar takes, whatever the size of the text: it never hides anything.
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--player-height", `${bar.offsetHeight}px`);
  }).observe(bar);

  const acts = {
    playerToggle: player.toggle,
    playerPrevious: queue.previous,
    playerNext: queue.next,
    playerOffer: queue.next,
    playerClose() {
      player.close();
      document.getElementById("main")?.focus({ preventScroll: true });
    },
  };
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button");
    for (const name of Object.keys(button?.dataset || {})) acts[name]?.();
  });
  // The sound moves when the finger lets go: every step on the way would be a request.
  slider.addEventListener("input", () => {
    dragging = true;
    showTime();
  });
  slider.addEventListener("change", () => {
    dragging = false;
    player.seek(Number(slider.value));
  });
})();
