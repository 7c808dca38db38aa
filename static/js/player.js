// Plays previews with the page's one <audio>, which lies outside everything htmx swaps. Any [data-play] button is a switch for its beat.
// Tells the bar (player-bar.js) by events on the document: player:change with {beat, state}, and player:time.
(() => {
  const FIRST_SIGN = 4000; // ms without a single byte before we say so: the promise is 5 s
  const MID_TRACK = 15000; // a tunnel or a weak cell: wait longer once music has played
  const GIVE_UP = 20000; // bytes that drip but never play
  const audio = document.getElementById("audio");
  const labels = document.getElementById("player").dataset;
  let beat = null;
  let state = "idle"; // idle, loading, playing, paused, failed
  let startAt = 0; // where to begin once the sound is there: after a reload or a failure
  let heard = false;
  let timer = 0;
  let since = 0;

  const loaded = () => audio.hasAttribute("src") && audio.readyState > 0;

  function become(next) {
    state = next;
    if (next !== "loading") clearTimeout(timer);
    mark();
    document.dispatchEvent(new CustomEvent("player:change", { detail: { beat, state } }));
  }

  // Every button of this beat on the page, in whatever was just swapped in, shows what is going on.
  function mark() {
    const active = state === "playing" || state === "loading";
    for (const button of document.querySelectorAll("[data-play]")) {
      const mine = active && button.dataset.beatId === beat.id;
      for (const element of [button, button.closest("[data-beat]")]) {
        if (mine) element?.setAttribute("data-state", state);
        else element?.removeAttribute("data-state");
      }
      button.setAttribute("aria-label", (mine ? labels.sayPause : labels.sayPlay).replace("%s", () => button.dataset.title));
    }
  }

  function watch(patience) {
    clearTimeout(timer);
    timer = setTimeout(fail, patience);
  }

  function fail() {
    startAt = api.position();
    become("failed");
    audio.removeAttribute("src"); // and no byte more is fetched
    audio.load();
  }

  const api = {
    position: () => (loaded() ? audio.currentTime : startAt),
    // Of the preview, 0 until it is known: the beat's own length would promise more than is heard.
    duration: () => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : beat?.duration || 0),
    // From its last second on a preview is over: who presses Play then wants to hear it again.
    resumeAt: (seconds = api.position()) => (api.duration() && seconds >= api.duration() - 1 ? 0 : seconds),
    // Called inside the tap, without waiting for anything: iOS plays nothing otherwise.
    play(next) {
      const playing = next || beat;
      if (!playing) return;
      if (next && next.id !== beat?.id) startAt = 0;
      if (next?.id !== beat?.id || !audio.hasAttribute("src")) {
        beat = playing;
        heard = false;
        audio.src = beat.src;
        startAt = api.resumeAt(startAt);
        if (startAt) audio.currentTime = startAt;
      }
      since = Date.now();
      become("loading");
      watch(heard ? MID_TRACK : FIRST_SIGN);
      audio.play().catch((error) => {
        // A broken file says so by the error event; AbortError means that another tap came first.
        if (error.name === "NotAllowedError" && beat === playing) become("paused");
      });
    },
    pause: () => audio.pause(),
    toggle: () => (state === "playing" || state === "loading" ? api.pause() : api.play(beat)),
    seek(seconds) {
      if (loaded()) audio.currentTime = seconds;
      else startAt = seconds;
      document.dispatchEvent(new Event("player:time"));
    },
    // After a full page load: everything as it was, silent until asked.
    restore(kept, position) {
      beat = kept;
      startAt = api.resumeAt(position);
      become("paused");
    },
    close() {
      beat = null;
      startAt = 0;
      become("idle");
      audio.removeAttribute("src");
      audio.load();
    },
  };
  window.beatPlayer = api;

  // Of two tabs that play, the one that began last is meant: told only once there is sound, for a tap may come to nothing.
  const tabs = window.BroadcastChannel && new BroadcastChannel("player");
  tabs?.addEventListener("message", () => audio.pause());

  audio.addEventListener("playing", () => {
    heard = true;
    become("playing");
    tabs?.postMessage("playing");
  });
  audio.addEventListener("pause", () => {
    if (audio.paused && (state === "playing" || state === "loading")) become("paused");
  });
  audio.addEventListener("waiting", () => {
    if (state !== "playing") return;
    since = Date.now();
    become("loading");
    watch(MID_TRACK);
  });
  audio.addEventListener("progress", () => {
    if (state === "loading" && Date.now() - since < GIVE_UP) watch(heard ? MID_TRACK : FIRST_SIGN);
  });
  audio.addEventListener("ended", () => become("paused"));
  audio.addEventListener("error", () => {
    if (audio.hasAttribute("src")) fail();
  });
  // Kept with the beat over a reload.
  audio.addEventListener("durationchange", () => beat && Number.isFinite(audio.duration) && (beat.duration = audio.duration));
  for (const name of ["timeupdate", "durationchange", "seeking"]) {
    audio.addEventListener(name, () => document.dispatchEvent(new Event("player:time")));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-play]");
    if (!button) return;
    const { beatId: id, src, title, producer, cover, weave, href } = button.dataset;
    if (id === beat?.id && state !== "idle") api.toggle();
    else api.play({ id, src, title, producer, cover, weave, href });
  });
  for (const name of ["htmx:afterSwap", "htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(name, mark);
})();
