// The lock screen, the keys on a keyboard and on headphones: title, cover, place in the preview, and the buttons there.
(() => {
  const session = navigator.mediaSession;
  if (!session) return;
  const player = window.beatPlayer;
  const queue = window.beatQueue;
  const step = (seconds) => player.seek(player.position() + seconds);
  const actions = {
    play: () => player.play(),
    pause: player.pause,
    stop: player.close,
    previoustrack: queue.previous,
    nexttrack: queue.next,
    seekto: ({ seekTime }) => player.seek(seekTime),
    seekbackward: ({ seekOffset }) => step(-(seekOffset || 10)),
    seekforward: ({ seekOffset }) => step(seekOffset || 10),
  };
  for (const [name, act] of Object.entries(actions)) {
    try {
      session.setActionHandler(name, act);
    } catch {} // not every browser knows every action
  }

  let shown = null;
  document.addEventListener("player:change", ({ detail: { beat, state } }) => {
    session.playbackState = beat ? (state === "playing" ? "playing" : "paused") : "none";
    if (beat === shown) return;
    shown = beat;
    session.metadata = beat && new MediaMetadata({
      title: beat.title,
      artist: beat.producer,
      artwork: beat.cover ? [{ src: beat.cover }] : [],
    });
  });
  document.addEventListener("player:time", () => {
    const duration = player.duration();
    if (shown && duration) session.setPositionState?.({ duration, position: Math.min(player.position(), duration) });
  });
})();
