{% autoescape off %}// Keeps static files whose names change with them, and one page for no connection. No other page of the shop is
// ever kept: it would be old, or somebody else's.
const SHELF = "static-{{ version }}";
const PARTS = [{% for part in parts %}"{{ part }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const STATIC = "{{ static_url }}";
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const MOST = 60; // files; the oldest go

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(PARTS)));
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== SHELF) await caches.delete(name);
    // The page is asked for while the worker still wakes up.
    await registration.navigationPreload?.enable();
    await clients.claim();
  })());
});

async function kept(event) {
  const shelf = await caches.open(SHELF);
  const found = await shelf.match(event.request);
  if (found) return found;
  const answer = await fetch(event.request);
  if (answer.status === 200) event.waitUntil(keep(shelf, event.request, answer.clone()));
  return answer;
}

async function keep(shelf, request, answer) {
  await shelf.put(request, answer);
  const files = await shelf.keys();
  for (const file of files.slice(PARTS.length, Math.max(PARTS.length, files.length - MOST))) await shelf.delete(file);
}

async function visited(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    return (await caches.match(PARTS[0])) || Response.error();
  }
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(visited(event));
  else if (!pathname.startsWith(STATIC)) return;
  else if (HASHED.test(pathname)) event.respondWith(kept(event));
  else event.respondWith(fetch(request).catch(() => caches.match(request).then((found) => found || Response.error())));
});
{% endautoescape %}
