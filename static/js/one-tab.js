// Of several tabs that play, the one that began last is meant: told only once there is sound, for a tap may come to nothing.
(() => {
  const audio = document.getElementById("audio");
  const others = window.BroadcastChannel && new BroadcastChannel("player");
  if (others) others.onmessage = () => audio.pause();
  else addEventListener("storage", ({ key }) => key === "playing" && audio.pause());

  audio.addEventListener("playing", () => {
    if (others) return others.postMessage("playing");
    try {
      localStorage.playing = Math.random(); // only a change is an event, and only in other tabs
    } catch {}
  });
})();
