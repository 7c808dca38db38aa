// Tap tempo: a button and the T key set the tempo range; 70 or 140 is asked, since both are heard.
(() => {
  const REACH = 0.03; // a tapping finger is no closer
  const PAUSE = 2000; // ms: a longer one begins anew
  const SETTLE = 1200; // ms after the last tap
  let taps = [];
  let waiting;

  const fill = (words, bpm) => words.replace("{bpm}", bpm);

  const choose = (bpm) => {
    const form = document.getElementById("filters");
    if (!form) return;
    form.elements.bpm_min.value = Math.max(20, Math.floor(bpm * (1 - REACH)));
    form.elements.bpm_max.value = Math.min(400, Math.ceil(bpm * (1 + REACH)));
    form.requestSubmit();
  };

  const other = (bpm) => (bpm >= 100 ? Math.round(bpm / 2) : bpm * 2);

  const show = (bpm) => {
    const told = document.getElementById("tapped");
    const link = document.createElement("button");
    link.type = "button";
    link.className = "link";
    link.dataset.tempo = other(bpm);
    link.textContent = fill(told.dataset.or, other(bpm));
    told.replaceChildren(`${fill(told.dataset.words, bpm)} `, link);
  };

  const tap = () => {
    const now = performance.now();
    if (now - taps.at(-1) > PAUSE) taps = [];
    taps = [...taps, now].slice(-9);
    if (taps.length < 4) return;
    const bpm = Math.round((60000 * (taps.length - 1)) / (now - taps[0]));
    if (bpm < 20 || bpm > 400) return;
    show(bpm);
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      choose(bpm);
      document.addEventListener("htmx:afterSettle", () => document.getElementById("tapped") && show(bpm), { once: true });
    }, SETTLE);
  };

  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("[data-tap]")) tap();
    else if (target.dataset?.tempo) choose(Number(target.dataset.tempo));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "t" || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    if (document.getElementById("tap")) tap();
  });
})();
