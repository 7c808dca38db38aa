// Keeps beat, place and queue for the next full page load, and takes up the queue of the one before.
(() => {
  const player = window.beatPlayer;
  const queue = window.beatQueue;

  function keep() {
    const { list, at, repeat, shuffled } = queue;
    try {
      if (player.now.beat) sessionStorage.player = JSON.stringify({ list, place: at, repeat, shuffled, at: player.resumeAt() });
      else delete sessionStorage.player;
    } catch {} // private mode, full storage: then the bar just isn't restored
  }

  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.hidden && keep()); // phones kill hidden pages without pagehide

  const kept = window.keptQueue;
  // Unless another beat was begun while this script was on its way.
  if (kept && kept.list[kept.place] === player.now.beat) {
    queue.restore({ list: kept.list, at: kept.place, repeat: kept.repeat, shuffled: kept.shuffled });
  }
})();
