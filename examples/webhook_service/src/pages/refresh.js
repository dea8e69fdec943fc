// Keeps the changing parts of a page (data-live) up to date. Without this script, the pages work
// and show news when they are loaded again.
const EVERY = 2000; // milliseconds
const FOCUSABLE = "a, button, summary";
const note = document.getElementById("refresh");
const parts = document.querySelectorAll("[data-live]");
// The HTML of each element as the server sent it: a person may have opened or closed it since.
const sent = new WeakMap();
let known;

// Gives an element's successor what a person did to the element.
function replace(old, fresh) {
  for (const details of [fresh, ...fresh.querySelectorAll("details[id]")]) {
    const before = document.getElementById(details.id);
    if (before?.matches("details")) details.open = before.open;
  }
  const focused = [...old.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  old.replaceWith(fresh);
  if (focused >= 0) fresh.querySelectorAll(FOCUSABLE)[focused]?.focus({ preventScroll: true });
}

function isSelected(element) {
  const selection = getSelection();
  return !selection.isCollapsed && (selection.containsNode(element, true));
}

function update(live, fresh) {
  const before = new Map([...live.children].map((child) => [child.id, child]));
  [...fresh.children].forEach((child, index) => {
    const old = before.get(child.id);
    before.delete(child.id);
    const html = child.outerHTML;
    const stays = old && (sent.get(old) === html || isSelected(old));
    if (old && !stays) replace(old, child);
    if (!stays) sent.set(child, html);
    const shown = stays ? old : child;
    if (live.children[index] !== shown) live.insertBefore(shown, live.children[index] ?? null);
  });
  for (const gone of before.values()) gone.remove();
}

// Keeps what a person reads where it is on the screen while entries appear above it.
function keepingScroll(change) {
  const visible = [...document.querySelectorAll("[data-live] > *")]
    .map((element) => ({ element, top: element.getBoundingClientRect().top }))
    .filter(({ element }) => element.getBoundingClientRect().bottom > 0);
  change();
  const anchor = visible.find(({ element }) => element.isConnected);
  if (anchor && scrollY > 0) scrollBy(0, anchor.element.getBoundingClientRect().top - anchor.top);
}

async function text(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(response.status);
  return response.text();
}

async function refresh() {
  const began = performance.now();
  try {
    const changes = document.hidden ? known : await text("/changes");
    if (changes !== known) {
      const page = new DOMParser().parseFromString(await text(location.href), "text/html");
      keepingScroll(() => {
        for (const live of parts) {
          const fresh = page.getElementById(live.id);
          if (fresh) update(live, fresh);
        }
      });
      known = changes;
    }
    note.textContent = "This page updates itself.";
  } catch {
    known = undefined; // after a restart, the service counts its changes anew
    note.textContent = "The service does not respond. This page shows what was known before.";
  }
  // A slow response must not make the page a load on the service.
  setTimeout(refresh, Math.max(EVERY, 20 * (performance.now() - began)));
}

if (parts.length) {
  for (const child of document.querySelectorAll("[data-live] > *")) sent.set(child, child.outerHTML);
  refresh();
}
