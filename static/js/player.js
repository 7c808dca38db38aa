// Plays previews with the page's one <audio>, which lies outside everything htmx swaps. kit.js and queue.js say what.
// Tells the others by events on the document: player:change with {beat, state, heard, offline, resumed}, player:time, player:ended.
(() => {
  const FIRST_SIGN = 4000; // ms without a single byte before we say so: the promise is 5 s
  const MID_TRACK = 15000; // a tunnel or a weak cell: wait longer once music has played
  const GIVE_UP = 20000; // bytes that drip but never play
  const audio = document.getElementById("audio");
  let beat = null;
  let state = "idle"; // idle, loading, playing, paused, failed
  let offline = false; // failed because there was no connection
  let startAt = 0; // where to begin once the sound is there: after a reload, a failure, or a link to a moment
  let heard = false;
  let timer = 0;
  let since = 0;

  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  const loaded = () => audio.hasAttribute("src") && audio.readyState > 0;

  function become(next, resumed) {
    state = next;
    if (next !== "loading") clearTimeout(timer);
    api.now = { beat, state, heard, offline, resumed };
    tell("player:change", api.now);
  }

  function watch(patience) {
    clearTimeout(timer);
    timer = setTimeout(fail, patience);
  }

  function fail() {
    startAt = api.position();
    offline = !navigator.onLine;
    become("failed");
    unload();
  }

  // And no byte more is fetched.
  function unload() {
    audio.removeAttribute("src");
    audio.load();
  }

  const api = {
    clock,
    now: { beat, state },
    isActive: () => state === "playing" || state === "loading",
    position: () => (loaded() ? audio.currentTime : startAt),
    // Of the preview, 0 until it is known: the beat's own length would promise more than is heard.
    duration: () => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : beat?.duration || 0),
    // From its last second on a preview is over: who presses Play then wants to hear it again.
    resumeAt: (seconds = api.position()) => (api.duration() && seconds >= api.duration() - 1 ? 0 : seconds),
    // Called inside the tap, without waiting for anything: iOS plays nothing otherwise.
    play(next = beat, from = 0) {
      if (!next) return;
      const other = next.id !== beat?.id;
      if (!other && api.isActive()) return;
      if (other) startAt = from;
      if (other || !audio.hasAttribute("src")) {
        beat = next;
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
        if (error.name === "NotAllowedError" && beat === next) become("paused");
      });
    },
    pause: () => audio.pause(),
    toggle: () => (api.isActive() ? api.pause() : api.play()),
    seek(seconds) {
      const to = Math.max(0, Math.min(seconds, api.duration() || seconds));
      if (loaded()) audio.currentTime = to;
      else startAt = to;
      tell("player:time");
    },
    // Ready, but silent until asked: after a full page load, or first in a queue.
    ready(next, position = 0) {
      beat = next;
      startAt = api.resumeAt(position);
      become("paused", startAt >= 1);
    },
    close() {
      beat = null;
      startAt = 0;
      become("idle");
      unload();
    },
  };
  window.beatPlayer = api;

  audio.addEventListener("playing", () => {
    heard = true;
    become("playing");
  });
  audio.addEventListener("pause", () => {
    if (audio.paused && api.isActive()) become("paused");
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
  // A moment beyond the end, of a link that was typed or a preview that became shorter, is the beginning.
  audio.addEventListener("loadedmetadata", () => startAt && !api.resumeAt(startAt) && (audio.currentTime = 0));
  audio.addEventListener("ended", () => {
    become("paused");
    tell("player:ended");
  });
  audio.addEventListener("error", () => {
    if (audio.hasAttribute("src")) fail();
  });
  addEventListener("online", () => state === "failed" && offline && api.play());
  // Kept with the beat over a reload.
  audio.addEventListener("durationchange", () => beat && Number.isFinite(audio.duration) && (beat.duration = audio.duration));
  for (const name of ["timeupdate", "durationchange", "seeking"]) audio.addEventListener(name, () => tell("player:time"));
})();
