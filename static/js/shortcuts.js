// One key each for what the bar does. They keep out of the way of whoever types, chooses or presses a button by keyboard.
(() => {
  const player = window.beatPlayer;
  const queue = window.beatQueue;
  const audio = document.getElementById("audio");
  const louder = (step) => () => (audio.volume = Math.max(0, Math.min(1, audio.volume + step)));
  const step = (seconds) => () => player.seek(player.position() + seconds);
  const music = {
    " ": player.toggle,
    k: player.toggle,
    j: step(-5),
    l: step(5),
    ArrowLeft: step(-5),
    ArrowRight: step(5),
    n: queue.next,
    p: queue.previous,
    m: () => (audio.muted = !audio.muted),
    "+": louder(0.1),
    "-": louder(-0.1),
    r: queue.turnRepeat,
    s: () => queue.shuffle(),
  };
  const panels = { q: () => window.showPanel("queue"), "?": () => window.showPanel("keys") };
  const isOff = () => {
    try {
      return localStorage.shortcuts === "off"; // set in the sheet: who speaks to a computer presses keys unawares
    } catch {}
  };

  window.pressKey = (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (target.closest?.("input, select, textarea, [contenteditable], audio, [role=listbox]")) return;
    const button = target.closest?.("a, button, summary, [tabindex='0']");
    if (button && (button !== window.playerKit.pressed || key === " ")) return;
    const name = key.length === 1 ? key.toLowerCase() : key;
    const act = panels[name] || (player.now.beat && music[name]);
    if (!act || (key !== "?" && isOff())) return;
    event.preventDefault();
    act();
  };
  addEventListener("keydown", window.pressKey);
})();
