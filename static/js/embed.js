// A player in a frame: the buttons play through the page's one audio element, which has the seek bar and the volume.
// Without script the audio elements in the page do all of it.
(() => {
  document.documentElement.dataset.script = "";
  const audio = document.querySelector("main > audio, .embed-words audio");
  const buttons = [...document.querySelectorAll("[data-play]")];
  if (!audio || !buttons.length) return;
  let current = buttons[0];
  const say = (state) => buttons.forEach((button) => (button === current && state ? (button.dataset.state = state) : delete button.dataset.state));

  const play = (button) => {
    if (button !== current) {
      say("");
      current = button;
      audio.src = button.dataset.src;
    }
    // A frame may be denied sound: then the play button simply stays.
    audio.play().catch(() => say(""));
  };

  addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-play]");
    if (!button) return;
    if (button === current && !audio.paused) audio.pause();
    else play(button);
  });

  // Of several players on a page, and of the shop's own in another tab, one plays at a time.
  const others = window.BroadcastChannel && new BroadcastChannel("player");
  others?.addEventListener("message", () => audio.pause());
  audio.addEventListener("playing", () => {
    say("playing");
    others?.postMessage("playing");
  });
  audio.addEventListener("waiting", () => say("loading"));
  audio.addEventListener("pause", () => say(""));
  audio.addEventListener("error", () => say(""));
  audio.addEventListener("ended", () => {
    const next = buttons[buttons.indexOf(current) + 1];
    if (next) play(next);
  });
})();
