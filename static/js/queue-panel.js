// The queue's panel: shows the list, and changes it by buttons and by keys. It stays open from page to page.
(() => {
  const player = window.beatPlayer;
  const queue = window.beatQueue;
  const panel = document.getElementById("queue");
  const find = (name) => panel.querySelector(`[data-queue-${name}]`);
  const rows = find("rows");
  const row = panel.querySelector("template").content.firstElementChild;
  const live = document.getElementById("live");
  const placeOf = (id) => queue.list.findIndex((beat) => beat.id === id);

  function draw(beat, place) {
    const drawn = row.cloneNode(true);
    drawn.dataset.id = beat.id;
    drawn.querySelector(".queue-title").textContent = beat.title;
    drawn.querySelector(".queue-producer").textContent = beat.producer;
    for (const button of drawn.querySelectorAll("[aria-label]")) {
      button.title = button.ariaLabel = button.ariaLabel.replace("%s", () => beat.title);
    }
    const playing = place === queue.at;
    if (playing) drawn.setAttribute("aria-current", "true");
    const idle = { up: place === 0, down: place === queue.list.length - 1, first: playing || place === queue.at + 1 };
    for (const [name, is] of Object.entries(idle)) drawn.querySelector(`[data-row=${name}]`).setAttribute("aria-disabled", is);
    return drawn;
  }

  function show() {
    if (!panel.open) return;
    const held = document.activeElement;
    const focus = rows.contains(held) && { id: held.closest("li").dataset.id, name: held.dataset.row };
    rows.replaceChildren(...queue.list.map(draw));
    if (focus) rows.querySelector(`[data-id="${focus.id}"] [data-row=${focus.name}]`)?.focus();
    find("empty").hidden = queue.list.length > 0;
    find("shuffle").setAttribute("aria-pressed", queue.shuffled);
    find("repeat").textContent = find("repeat").dataset[queue.repeat];
    find("repeat").dataset.on = queue.repeat !== "off";
    const tape = find("tape");
    tape.hidden = queue.list.length === 0;
    const href = `${tape.pathname}?b=${queue.list.map((beat) => beat.id).join(",")}`;
    if (tape.getAttribute("href") === href) return;
    tape.href = href;
    window.htmx?.process(tape);
  }

  const say = (words, ...values) => (live.textContent = values.reduce((told, value, n) => told.replace(/%s/.test(told) ? "%s" : `%${n + 1}`, () => value), words));

  const acts = {
    play: (id) => (id === player.now.beat?.id ? player.toggle() : queue.go(placeOf(id))),
    first(id) {
      queue.move(id, queue.at + (placeOf(id) > queue.at ? 1 : 0));
      tell(id);
    },
    up: (id) => move(id, -1),
    down: (id) => move(id, 1),
    remove(id) {
      const place = placeOf(id);
      const title = queue.list[place].title;
      queue.remove(id);
      say(panel.dataset.sayRemoved, title);
      const near = rows.children[Math.min(place, rows.children.length - 1)];
      (near?.querySelector("[data-row=remove]") || panel.querySelector("h2")).focus();
    },
  };

  const tell = (id) => say(panel.dataset.sayMoved, queue.list[placeOf(id)].title, placeOf(id) + 1);
  function move(id, step) {
    const to = placeOf(id) + step;
    if (to < 0 || to >= queue.list.length) return;
    queue.move(id, to);
    tell(id);
  }

  panel.addEventListener("click", ({ target }) => {
    const button = target.closest("button, a");
    if (button?.dataset.row && button.ariaDisabled !== "true") acts[button.dataset.row](button.closest("li").dataset.id);
    if (button === find("shuffle")) queue.shuffle();
    if (button === find("repeat")) queue.turnRepeat();
    if (button === find("clear")) {
      queue.clear();
      say(panel.dataset.sayCleared);
    }
  });
  // Before share.js reads it: the moment is the one of the tap.
  panel.addEventListener("click", ({ target }) => {
    const { beat } = player.now;
    if (target.closest("[data-queue-moment]") && beat) find("moment").dataset.share = `${beat.href}#t=${Math.floor(player.position())}`;
  }, true);
  panel.addEventListener("keydown", (event) => {
    const id = event.target.closest("li")?.dataset.id;
    const act = { ArrowUp: event.altKey && acts.up, ArrowDown: event.altKey && acts.down, Delete: acts.remove }[event.key];
    if (!id || !act) return;
    event.preventDefault();
    act(id);
  });
  for (const name of ["queue:change", "player:change", "panel:shown"]) document.addEventListener(name, show);
  document.addEventListener("panel:shown", () => rows.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }));
})();
