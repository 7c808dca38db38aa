// The bar at the bottom: shows what player.js does, seeks, speaks to the lock screen, and remembers the beat over a full page load.
(() => {
  const KEY = "player";
  const player = window.beatPlayer;
  const bar = document.getElementById("player");
  const part = (name) => bar.querySelector(`[data-player-${name}]`);
  const [toggle, cover, link, title, producer, status, slider, elapsed, total] = [
    "toggle", "cover", "link", "title", "producer", "status", "slider", "elapsed", "total",
  ].map(part);
  const text = bar.dataset;
  let beat = null;
  let state = "idle";
  let dragging = false;

  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  function showTime() {
    if (!beat) return;
    const length = player.duration();
    const at = dragging ? Number(slider.value) : Math.min(player.position(), length || Infinity);
    slider.max = Math.max(1, Math.round(length));
    if (!dragging) slider.value = Math.round(at);
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

  function showState(resumed) {
    const active = state === "playing" || state === "loading";
    const label = active ? text.sayPause : resumed ? text.sayResume : text.sayPlay;
    bar.dataset.state = toggle.dataset.state = state;
    toggle.setAttribute("aria-label", label.replace("%s", () => beat.title));
    if (state === "failed") say(text.sayUnavailable);
    else if (resumed) say(text.sayResumeAt.replace("%s", clock(player.position())));
    else if (state !== "loading") say("");
  }

  function keep() {
    try {
      if (beat) sessionStorage.setItem(KEY, JSON.stringify({ beat, at: player.resumeAt() }));
      else sessionStorage.removeItem(KEY);
    } catch {} // private mode, full storage: then the bar just isn't restored
  }

  function speakToSystem() {
    const session = navigator.mediaSession;
    if (!session) return;
    session.metadata = new MediaMetadata({
      title: beat.title,
      artist: beat.producer,
      artwork: beat.cover ? [{ src: beat.cover, sizes: "320x320" }] : [],
    });
    const actions = {
      play: () => player.play(),
      pause: () => player.pause(),
      stop: () => player.close(),
      seekto: ({ seekTime }) => player.seek(seekTime),
      seekbackward: () => player.seek(Math.max(0, player.position() - 10)),
      seekforward: () => player.seek(Math.min(player.duration() || Infinity, player.position() + 10)),
    };
    for (const [name, act] of Object.entries(actions)) {
      try {
        session.setActionHandler(name, act);
      } catch {} // not every browser knows every action
    }
  }

  let slow = 0;
  document.addEventListener("player:change", ({ detail }) => {
    const other = detail.beat !== beat;
    ({ beat, state } = detail);
    clearTimeout(slow);
    bar.hidden = !beat;
    if (!beat) return keep();
    if (other) {
      showBeat();
      say("");
      speakToSystem();
    }
    // A preview that starts at once needs no words.
    if (state === "loading") slow = setTimeout(() => say(text.sayLoading), 600);
    if (navigator.mediaSession) navigator.mediaSession.playbackState = state === "playing" ? "playing" : "paused";
    showState(false);
    showTime();
  });
  document.addEventListener("player:time", showTime);

  // The page keeps as much room at its end as the bar takes, whatever the size of the text: it never hides anything.
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--player-height", `${bar.offsetHeight}px`);
  }).observe(bar);

  toggle.addEventListener("click", () => player.toggle());
  part("close").addEventListener("click", () => {
    player.close();
    document.getElementById("main")?.focus({ preventScroll: true });
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

  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.hidden && keep()); // phones kill hidden pages without pagehide

  function restore() {
    let kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(KEY));
      // What storage holds could have been put there by anything: only web addresses, and a page of ours.
      if (!/^https?:/.test(new URL(kept.beat.src)) || !/^\/(?!\/)/.test(kept.beat.href)) return;
    } catch {
      return;
    }
    player.restore(kept.beat, Number(kept.at) || 0);
    showState(player.position() >= 1);
  }
  restore();
})();
