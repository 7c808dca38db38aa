// What is played next: the list that a beat was started from, and whatever was added by hand, which outlives that list.
// Tells of every change by queue:change on the document.
(() => {
  const MOST = 100; // as many as a tape holds
  const player = window.beatPlayer;
  const { beatOf } = window.beatCards;
  const queue = { list: [], at: -1, repeat: "off", shuffled: false };
  const changed = () => document.dispatchEvent(new Event("queue:change"));
  const placeOf = (id) => queue.list.findIndex((beat) => beat.id === id);
  const current = () => queue.list[queue.at];

  function go(to, from) {
    if (!queue.list[to]) return;
    queue.at = to;
    player.play(current(), from);
    changed();
  }

  // Where Next leads, -1 where nowhere.
  function following() {
    if (queue.at + 1 < queue.list.length) return queue.at + 1;
    return queue.repeat === "all" && queue.list.length ? 0 : -1;
  }

  // What comes after the beat that plays, in another order.
  function arrange(order) {
    queue.list = [...queue.list.slice(0, queue.at + 1), ...order(queue.list.slice(queue.at + 1))];
  }

  function mix(rest) {
    for (let last = rest.length - 1; last > 0; last--) {
      const other = Math.floor(Math.random() * (last + 1));
      [rest[last], rest[other]] = [rest[other], rest[last]];
    }
    return rest;
  }

  function start(beats, id, from, begun) {
    const added = queue.list.slice(queue.at + 1).filter((beat) => beat.added && beat.id !== id);
    const rest = beats.filter((beat) => !added.some((other) => other.id === beat.id));
    const here = rest.findIndex((beat) => beat.id === id);
    const shown = queue.shuffled ? [rest[here], ...mix(rest.filter((beat) => beat.id !== id))] : rest;
    const at = queue.shuffled ? 0 : here;
    rest.forEach((beat, order) => (beat.order = order));
    queue.list = [...shown.slice(0, at + 1), ...added, ...shown.slice(at + 1)].slice(0, MOST);
    queue.at = at;
    if (begun) queue.list[at] = player.now.beat; // which learns its length
    if (begun) changed();
    else go(at, from);
  }

  Object.assign(queue, {
    go,
    following,
    start,
    isQueued: (id) => placeOf(id) > queue.at && queue.list[placeOf(id)].added,
    next: () => go(following()),
    previous() {
      // Like on every record player: first to the beginning, then to the one before.
      if (player.position() > 3 || queue.list.length < 2) player.seek(0);
      else go(queue.at > 0 ? queue.at - 1 : queue.repeat === "all" ? queue.list.length - 1 : 0);
    },
    // After what was added before; with `first` at once after the beat that plays.
    add(beat, first) {
      if (beat.id === current()?.id) return;
      queue.remove(beat.id, true);
      let to = queue.at + 1;
      while (!first && queue.list[to]?.added) to++;
      queue.list.splice(to, 0, { ...beat, added: true, order: -1 });
      queue.list.splice(Math.max(MOST, queue.at + 1));
      if (queue.at < 0) {
        queue.at = 0;
        player.ready(current());
      }
      changed();
      document.dispatchEvent(new CustomEvent("queue:added", { detail: { beat, first } }));
    },
    move(id, to) {
      const playing = current();
      const beat = queue.list.splice(placeOf(id), 1)[0]; // [beat] = …: the minifier would put that first
      queue.list.splice(Math.max(0, Math.min(to, queue.list.length)), 0, beat);
      queue.at = queue.list.indexOf(playing);
      changed();
    },
    remove(id, quietly) {
      const place = placeOf(id);
      if (place < 0) return;
      queue.list.splice(place, 1);
      const playing = place === queue.at;
      if (place < queue.at || (playing && place === queue.list.length)) queue.at--;
      if (playing) {
        if (!queue.list.length) player.close();
        else if (player.isActive()) player.play(current());
        else player.ready(current());
      }
      if (!quietly) changed();
    },
    // All but the beat that plays.
    clear() {
      queue.list = queue.list.slice(queue.at, queue.at + 1);
      queue.at = queue.list.length - 1;
      changed();
    },
    shuffle(on = !queue.shuffled) {
      queue.shuffled = on;
      if (on) queue.list.forEach((beat, order) => (beat.order = order));
      if (on) arrange(mix);
      else arrange((rest) => rest.sort((one, other) => one.order - other.order));
      changed();
    },
    turnRepeat() {
      queue.repeat = { off: "all", all: "one", one: "off" }[queue.repeat];
      changed();
    },
    restore(kept) {
      Object.assign(queue, kept);
      changed();
    },
  });
  window.beatQueue = queue;

  // The list around a button. A beat's own page goes on with the shelf below, with what mixes well.
  function listAround(button) {
    const list = button.closest(".cards, .orders, .receipt-lines") || button.closest(".beat")?.parentElement.querySelector(".cards");
    const buttons = [...(list?.querySelectorAll("[data-play]") || [])];
    if (!buttons.includes(button)) buttons.unshift(button);
    return buttons.map(beatOf).filter((beat, place, all) => all.findIndex((other) => other.id === beat.id) === place);
  }

  // `begun`: the beat plays already, since a tap may not wait for this script.
  queue.press = (button, begun) => {
    const beats = "playAll" in button.dataset ? [...document.querySelectorAll(".cards [data-play]")].map(beatOf) : listAround(button);
    if ("playAll" in button.dataset) {
      queue.list = []; // all of it, and in this order: nothing that was added stays
      queue.at = -1;
      if (beats.length) start(beats, beats[0].id);
    } else if ("add" in button.dataset) queue.add(beatOf(button), button.dataset.add === "next");
    else if (begun) start(beats, beatOf(button).id, 0, true);
    else if (beatOf(button).id === player.now.beat?.id) player.toggle();
    else start(beats, beatOf(button).id, window.beatMoment(button));
  };
  document.addEventListener("player:ended", () => {
    if (queue.repeat === "one") player.play();
    else queue.next();
  });
  document.addEventListener("player:change", ({ detail }) => {
    if (detail.beat) return;
    queue.list = [];
    queue.at = -1;
    changed();
  });
})();
