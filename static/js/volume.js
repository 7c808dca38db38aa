// Volume and mute: the same wherever they are set, and the same tomorrow.
(() => {
  const audio = document.getElementById("audio");

  function show() {
    const loud = audio.muted ? 0 : Math.round(audio.volume * 100);
    for (const slider of document.querySelectorAll("[data-volume]")) {
      slider.value = loud;
      slider.style.setProperty("--part", loud / 100);
      slider.setAttribute("aria-valuetext", `${loud} %`);
    }
    for (const button of document.querySelectorAll("[data-mute]")) button.setAttribute("aria-pressed", audio.muted);
  }

  audio.addEventListener("volumechange", () => {
    show();
    try {
      localStorage.volume = JSON.stringify([audio.volume, audio.muted]);
    } catch {} // storage may be forbidden: then it is as loud as ever
  });
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-volume]")) return;
    audio.muted = target.value === "0";
    if (!audio.muted) audio.volume = target.value / 100;
  });
  document.addEventListener("click", ({ target }) => target.closest("[data-mute]") && (audio.muted = !audio.muted));
  show();
})();
