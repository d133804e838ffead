// Answers for the server while there is no connection. It keeps what the server marks with Tend-Keep ("12 Today": for
// user 12, under that name), nothing else, and only for one user at a time: a page for another, or the log-in page
// ("nobody"), throws the rest away. The network comes first; every other request passes by as if this was not here.
// TEND, which the server writes above this, says what there is to keep. See docs/offline.md.
const SHELL = `tend-shell-${TEND.version}`;
const PAGES = "tend-pages-";
const SHEETS = "tend-sheets-";
const MOST = { [PAGES]: 30, [SHEETS]: 60 };
const PATIENCE_MS = 5000;
const SHEET = new RegExp(TEND.sheets);
const FRAGMENT = { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } };

const isKept = (name) => name.startsWith(PAGES) || name.startsWith(SHEETS);
const userOf = (name) => name.slice(name.lastIndexOf("-") + 1);
const forget = async (isUnwanted) => {
  const names = await caches.keys();
  await Promise.all(names.filter(isUnwanted).map((name) => caches.delete(name)));
};

// --- What is kept -------------------------------------------------------------------------------------------------

const marked = (html, attributes) => html.replace("<html ", `<html ${attributes} `);

const trim = async (kind, cache) => {
  const others = (await cache.keys()).filter((key) => new URL(key.url).pathname !== TEND.start);
  await Promise.all(others.slice(0, -MOST[kind]).map((key) => cache.delete(key)));
};

const store = async (kind, response) => {
  const [user, name] = response.headers.get("Tend-Keep").split(" ");
  await forget((cache) => isKept(cache) && userOf(cache) !== user);
  if (!name) return;
  const at = new Date().toISOString();
  const html = await response.text();
  const headers = new Headers({ "Tend-Kept-At": at, "Tend-Name": name });
  for (const header of ["Content-Type", "Content-Language", "Content-Security-Policy"]) {
    if (response.headers.has(header)) headers.set(header, response.headers.get(header));
  }
  const cache = await caches.open(kind + user);
  const { pathname } = new URL(response.url);
  await cache.delete(pathname); // the newest comes last
  await cache.put(pathname, new Response(kind === PAGES ? marked(html, `data-kept-at="${at}"`) : html, { headers }));
  await trim(kind, cache);
};

// One after the other, so that what is thrown away does not come back by an answer that was on its way.
let storing = Promise.resolve();
const keep = (kind, response) => {
  if (!response.headers.has("Tend-Keep")) return null;
  const copy = response.clone();
  storing = storing.then(() => store(kind, copy)).catch(() => {}); // a full disk costs the copy, not the page
  return storing;
};

const isFresh = (copy) => Date.now() - Date.parse(copy.headers.get("Tend-Kept-At")) < TEND.keptForMs;

const copyOf = async (kind, path) => {
  const name = (await caches.keys()).find((cache) => cache.startsWith(kind));
  const copy = name && (await (await caches.open(name)).match(path));
  return copy && isFresh(copy) ? copy : null;
};

// --- What is said instead ---------------------------------------------------------------------------------------------

const languageOf = (copy) => {
  const spoken = copy?.headers.get("Content-Language") ?? navigator.language;
  return TEND.offline[spoken.slice(0, 2)] ?? TEND.offline.en;
};

// In the reader's language and theme, as Today has them.
const instead = async (kind) => {
  const shell = await caches.open(SHELL);
  const today = await copyOf(PAGES, TEND.start);
  const address = languageOf(today);
  const page = await shell.match(kind === PAGES ? address : `${address}?sheet`);
  if (!page) return Response.error();
  const name = (await caches.keys()).find(isKept);
  const [theme] = (await today?.text())?.match(/data-theme="\w+"/) ?? [""];
  const plainPage = (await page.text()).replace(/data-theme="\w+"/, "");
  const html = marked(plainPage, `data-user="${name ? userOf(name) : ""}" data-not-kept ${theme}`);
  return new Response(html, { headers: { "Content-Type": page.headers.get("Content-Type"), "Tend-Kept-At": "" } });
};

// --- Answering --------------------------------------------------------------------------------------------------------

const ask = async (event, kind) => {
  const response = (await event.preloadResponse) ?? (await fetch(event.request));
  const kept = keep(kind, response);
  if (kept) event.waitUntil(kept);
  return response;
};

// The network, then the copy; where a copy is there the network has a few seconds, since a bad one may never answer.
const answer = (event, kind, path) => {
  const asked = ask(event, kind);
  const patience = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); });
  const late = patience.then(() => copyOf(kind, path)).then((copy) => copy ?? asked);
  return Promise.race([asked, late]).catch(async () => (await copyOf(kind, path)) ?? instead(kind));
};

// A file of an earlier version stands in for its successor, and the other way round: a page that was kept before an
// update asks for files that are gone.
const plain = (path) => path.replace(/\.[0-9a-f]{12}(\.\w+)$/, "$1");

const relative = async (shell, path) => {
  const keys = await shell.keys();
  return shell.match(keys.find((key) => plain(new URL(key.url).pathname) === plain(path)) ?? "");
};

const file = async (request, path) => {
  const shell = await caches.open(SHELL);
  const found = await shell.match(request);
  if (found) return found;
  try {
    const response = await fetch(request);
    if (response.status === 200) await shell.put(request, response.clone());
    return response;
  } catch (error) {
    const other = await relative(shell, path);
    if (other) return other;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(answer(event, PAGES, pathname === "/" ? TEND.start : pathname));
  else if (pathname.startsWith(TEND.static)) event.respondWith(file(request, pathname));
  else if (request.headers.has("HX-Request") && SHEET.test(pathname)) event.respondWith(answer(event, SHEETS, pathname));
});

// --- Coming and going -------------------------------------------------------------------------------------------------

const fill = async () => {
  const shell = await caches.open(SHELL);
  await shell.addAll(TEND.shell);
  for (const address of Object.values(TEND.offline)) {
    await shell.add(address);
    await shell.put(`${address}?sheet`, await fetch(address, FRAGMENT));
  }
};

// The pages that are open came before this did: they are asked for once more, to be kept.
const takeOver = async () => {
  await forget((name) => name.startsWith("tend-shell-") && name !== SHELL);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
  for (const page of await self.clients.matchAll({ type: "window" })) {
    const response = await fetch(page.url).catch(() => null);
    if (response) await keep(PAGES, response);
  }
};

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
