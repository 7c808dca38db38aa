// Static files and a page for no connection are kept by a service worker, where the shop has one (its address stands on <body>).
(() => {
  const worker = document.body.dataset.worker;
  if (!worker || !navigator.serviceWorker || navigator.connection?.saveData) return;
  // After everything the page itself needs.
  addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => {}));
})();
