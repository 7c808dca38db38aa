// The rest of the player, bar and queue: fetched when a hand comes near a play button, when a beat is remembered from the page
// before, or when a key asks for it. The first tap doesn't wait for it: the music begins at once.
(() => {
  const player = window.beatPlayer;
  const bar = document.getElementById("player");
  let coming = null;
  let pressed = null;

  function arrival(tag, facts) {
    const element = Object.assign(document.createElement(tag), facts);
    document.head.append(element);
    return new Promise((done, failed) => Object.assign(element, { onload: done, onerror: failed }));
  }

  async function fetchKit() {
    const style = arrival("link", { rel: "stylesheet", href: bar.dataset.style });
    const answer = await fetch(bar.dataset.kit);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const kit = page.getElementById("player");
    if (!answer.ok || !kit) throw new Error("no player"); // a captive portal's page, say
    await style;
    Object.assign(bar.dataset, kit.dataset);
    bar.append(...kit.children);
    document.body.append(...page.querySelectorAll("dialog"));
    await arrival("script", { src: bar.dataset.script });
    document.dispatchEvent(new CustomEvent("player:change", { detail: player.now }));
  }

  // Resolves to whether it is there; where it isn't, the next one who asks tries again.
  const kit = () =>
    (coming ??= fetchKit().then(
      () => true,
      () => {
        coming = null;
        bar.replaceChildren(document.getElementById("audio"));
        return false;
      },
    ));
  window.playerKit = kit;
  // What a mouse or a finger pressed has the focus too, but that one isn't meant for keys.
  addEventListener("pointerdown", ({ target }) => (kit.pressed = target.closest?.("a, button, summary")), true);

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-play], [data-add], [data-play-all]");
    if (!button) return;
    const begun = !window.beatQueue;
    if (begun && "play" in button.dataset) {
      pressed = button;
      const beat = window.beatCards.beatOf(button);
      if (beat.id === player.now.beat?.id) player.toggle();
      else player.play(beat, window.beatMoment(button));
    }
    if (!(await kit())) return;
    // Of two taps before it came, the later counts.
    if (!begun || pressed === button || !("play" in button.dataset)) window.beatQueue.press(button, begun);
  });
  for (const name of ["pointerover", "focusin"]) {
    document.addEventListener(name, ({ target }) => target.closest?.("[data-play]") && kit());
  }
  addEventListener("keydown", async (event) => {
    if (event.key !== "?" || window.beatQueue || event.target.closest?.("input, textarea")) return;
    if (await kit()) window.pressKey(event);
  });
})();
