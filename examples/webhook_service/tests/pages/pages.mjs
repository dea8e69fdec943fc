// Uses the pages as a person would. Arguments: the addresses of the pages, of the webhooks and of
// the stand-in, and the folder for the screenshots.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [address, webhooks, org, folder] = process.argv.slice(2);
const profile = await mkdtemp(join(tmpdir(), "pages-"));
const screens = [
  { name: "phone", viewport: { width: 390, height: 844 }, colorScheme: "light" },
  { name: "phone-dark", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
  { name: "desk", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
];
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

const problems = [];
const foreign = [];

async function open(screen) {
  const page = await browser.newPage();
  await page.setViewportSize(screen.viewport);
  await page.emulateMedia({ colorScheme: screen.colorScheme });
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => request.url().startsWith(address) || request.url().startsWith("data:") || foreign.push(request.url()));
  return page;
}

async function picture(page, screen, name) {
  const { scroll, inner } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, inner: innerWidth }));
  assert.ok(scroll <= inner, `${name} on ${screen.name} is wider than the screen: ${scroll} > ${inner}`);
  await page.screenshot({ path: join(folder, `${name}-${screen.name}.png`), fullPage: true });
}

// Sends a call in which every text would run a script if a page did not escape it.
async function arrive(id) {
  const evil = `"><img src=x onerror="document.title='taken over'"><script>document.title='taken over'</script>`;
  const user = { id: 2, name: evil, email: "jonas.weber@example.com" };
  const data = {
    id, direction: "inbound", started_at: 1772457500, answered_at: 1772457510, ended_at: 1772457600, raw_digits: "+33 1 99 00 12 34",
    user, number: { name: evil, country: "DE", time_zone: evil }, tags: [{ id: 1, name: evil }],
    comments: [{ id: 1, content: evil, posted_at: 1772457610, posted_by: user }],
  };
  await send({ resource: "call", event: "call.ended", timestamp: 1772457630, token: "0123456789abcdef0123456789abcdef", data });
}

async function send(body) {
  assert.equal((await fetch(webhooks, { method: "POST", body: JSON.stringify(body) })).status, 200);
}

// Sends a webhook of a person's own, which has another token than the sample.
async function call(id, event, more) {
  const data = {
    id, direction: "outbound", started_at: 1772460000, answered_at: 1772460010, ended_at: 1772460100, raw_digits: "+49 30 23125 101",
    user: { id: 2, name: "Jonas Weber", email: "jonas.weber@example.com" }, number: { name: "Support", country: "DE" }, ...more,
  };
  await send({ resource: "call", event, timestamp: Math.floor(Date.now() / 1000), token: "my own token", data });
}

// Checks that new calls appear without reloading, and disturb nobody who reads, types or searches.
async function refreshes(page, screen, id) {
  await page.goto(address);
  const entries = page.locator("#calls details");
  await page.getByText("This page updates itself.").waitFor();
  const last = entries.last();
  await last.locator("summary").click();
  const lastId = await last.getAttribute("id");
  await page.getByLabel("Search").fill("not sent yet");
  await page.evaluate((id) => document.getElementById(id).scrollIntoView(), lastId);
  const top = () => page.evaluate((id) => document.getElementById(id).getBoundingClientRect().top, lastId);
  const before = { top: await top(), scroll: await page.evaluate(() => scrollY) };
  assert.ok(before.scroll > 0, "the page is too short to scroll");
  await call(id, "call.ended");
  const fresh = page.locator(`#call-${id}`);
  await fresh.locator(".badge").getByText("created").waitFor();
  for (const text of ["Emil Kranz", "+49 30 23125 101", "outbound"]) assert.ok(await fresh.locator("summary").getByText(text).count(), text);
  assert.equal(await page.getByLabel("Search").inputValue(), "not sent yet");
  assert.ok(await page.getByLabel("Search").evaluate((input) => input === document.activeElement), "the focus is gone");
  assert.ok(await page.locator(`#${lastId}`).evaluate((details) => details.open), "an opened call was closed");
  const after = await top();
  assert.ok(Math.abs(after - before.top) < 2, `the page moved: ${before.top} ${after}`);

  // A search stays a search.
  await page.goto(`${address}?q=Emil&state=written`);
  await page.getByText("This page updates itself.").waitFor();
  const found = await entries.count();
  await arrive(id + 1);
  await call(id + 2, "call.ended");
  await page.locator(`#call-${id + 2} .badge`).getByText("created").waitFor();
  assert.equal(await entries.count(), found + 1);
  assert.equal(await page.getByLabel("Search").inputValue(), "Emil");
  assert.equal(await page.getByLabel("State").inputValue(), "written");
  await picture(page, screen, "search");

  await page.route("**/changes", (route) => route.abort());
  await page.getByText("The service does not respond.").waitFor();
  await page.unroute("**/changes");
  await page.getByText("This page updates itself.").waitFor();
}

// Checks the page of one call, which grows while somebody looks at it.
async function grows(page, screen, id) {
  await page.goto(new URL(`calls/${id}`, address).href);
  await page.locator("#webhooks li").getByText("call.ended").waitFor();
  await page.locator("#writes").getByText("created").waitFor();
  const posted_by = { id: 2, name: "Jonas Weber" };
  const comments = [{ id: 1, content: "Wants an offer.\nUntil Friday.", posted_at: 1772460200, posted_by }];
  await call(id, "call.commented", { comments });
  await page.locator("#writes").getByText("updated").waitFor();
  comments.push({ id: 2, content: "Offer sent.", posted_at: 1772460300, posted_by });
  await call(id, "call.commented", { comments, tags: [{ id: 1, name: "VIP" }] });
  await page.locator("#writes ins").getByText("Offer sent.").waitFor();
  assert.equal(await page.locator("#writes details").count(), 3);
  assert.equal(await page.locator("#webhooks li").count(), 3);
  await picture(page, screen, "call");
  const task = page.locator("#task a");
  const shown = await (await fetch(await task.getAttribute("href"))).json();
  assert.equal(shown.CallObject, `aircall:${id}`);
  await page.locator("#webhooks a").last().click();
  await page.locator("pre").getByText("Offer sent.").waitFor();
  assert.equal(await page.getByText("my own token").count(), 0);
  await picture(page, screen, "webhook");
  await page.getByRole("link", { name: `call ${id}` }).click();
  await page.locator("#writes").getByText("created").waitFor();
}

// Checks that a webhook that cannot be read shows its text, and that no text becomes markup.
async function unreadable(page, screen) {
  await send({ resource: "call", event: "call.ended", token: "mine", data: { id: 5, direction: "<script>document.title='taken over'</script>" } });
  await page.goto(address);
  await page.locator("#unreadable").getByText("`direction`").waitFor();
  await page.getByRole("link", { name: "Show its text" }).first().click();
  await page.locator("pre").getByText("<script>document.title='taken over'</script>").waitFor();
  assert.match(await page.title(), /^webhook/);
  assert.equal(await page.locator("pre").getByText("mine").count(), 0);
  await picture(page, screen, "unreadable");
  await page.getByRole("button", { name: "Discard" }).click();
  assert.equal(await page.locator("#unreadable li").count(), 0);
}

// Checks that the pages work without the script.
async function withoutScript(page) {
  await page.route("**/refresh.js", (route) => route.abort());
  await page.goto(`${address}?q=Lovelace`);
  await page.locator("#call-780836754 summary").click();
  assert.ok(await page.locator("#call-780836754").getByText("OWN-4").first().isVisible());
}

async function hide(fields) {
  const switches = { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify({ hidden_fields: fields }) };
  assert.ok((await fetch(new URL("stand-in/switches", org), switches)).ok);
}

async function reloadUntil(page, locator) {
  for (let tries = 0; tries < 100 && !(await locator.count()); tries++) {
    await page.waitForTimeout(100);
    await page.reload();
  }
  assert.ok(await locator.count(), "the element never appeared");
}

for (const [index, screen] of screens.entries()) {
  const page = await open(screen);
  await page.goto(address);
  await page.getByText("Next steps").waitFor();
  if (index === 0) {
    await picture(page, screen, "first");
    await page.getByRole("button", { name: "Send a sample call" }).click();
  }
  const call = page.locator("#call-780836754");
  await reloadUntil(page, call.getByText("created"));
  await call.locator("summary").click();
  await call.getByText("Contact Ada Lovelace").first().waitFor();
  for (const text of ["OWN-4", "LIMIT-5", "PKG-8", "aircall:780836754"]) {
    assert.ok(await call.getByText(text).first().isVisible(), text);
  }
  await picture(page, screen, "calls");

  await page.getByRole("navigation").getByRole("link", { name: "Try" }).click();
  await page.getByLabel("wording").selectOption("fr");
  await page.getByRole("button", { name: "Show the plan" }).click();
  await page.getByText("Planned Task").waitFor();
  assert.equal(await page.getByLabel("wording").inputValue(), "fr");
  await page.getByText("The plan as JSON").click();
  await picture(page, screen, "try");
  await page.getByLabel("Other settings").fill('{"exclude": {"tags": ["VIP"]}}');
  await page.getByRole("button", { name: "Show the plan" }).click();
  await page.getByText("not logged: excluded").waitFor();

  await page.getByLabel("Webhook").fill("{\n  \"event\": \"call.ended\",\n  \"data\": {\"id\": 1, \"direction\": \"sideways\"}\n}");
  await page.getByRole("button", { name: "Show the plan" }).click();
  await page.locator("#problem").getByText("line 3").first().waitFor();
  await picture(page, screen, "mistake");

  await page.getByLabel("Webhook").fill("<!doctype html><script>document.title = 'taken over'</script>");
  await page.getByRole("button", { name: "Show the plan" }).click();
  await page.locator("#problem").getByText("This is a web page").waitFor();
  assert.match(await page.title(), /^Try/);

  await hide(["Task.Type"]);
  await arrive(1000 + index);
  await page.goto(address);
  const parked = page.locator(".trouble li").filter({ hasText: `call ${1000 + index}` });
  await reloadUntil(page, parked.getByText("parked"));
  await parked.getByText("INVALID_FIELD").waitFor();
  await picture(page, screen, "trouble");
  await parked.getByRole("link").click();
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await picture(page, screen, "parked");
  await page.goto(address);
  await hide([]);
  await parked.getByRole("button", { name: "Try again" }).click();
  await reloadUntil(page, page.locator(`#call-${1000 + index}`).getByText("created"));
  assert.equal(await parked.count(), 0);
  await page.locator(`#call-${1000 + index} summary`).click();
  assert.match(await page.title(), /^Calls/);
  await picture(page, screen, "evil");
  await unreadable(page, screen);
  await refreshes(page, screen, 2000 + 10 * index);
  await grows(page, screen, 2000 + 10 * index);
  await withoutScript(page);
  await page.close();
}

await browser.close();
await rm(profile, { recursive: true });
// The browser also logs the intended status 422 of a rejected form, and the requests that the tests block.
assert.deepEqual(problems.filter((problem) => !problem.includes("422") && !problem.includes("ERR_FAILED")), []);
assert.deepEqual(foreign, []);
console.log("the pages work on a phone and on a desktop");
