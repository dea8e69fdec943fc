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
  const body = { resource: "call", event: "call.ended", timestamp: 1772457630, token: "0123456789abcdef0123456789abcdef", data };
  assert.equal((await fetch(webhooks, { method: "POST", body: JSON.stringify(body) })).status, 200);
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
  await hide([]);
  await parked.getByRole("button", { name: "Try again" }).click();
  await reloadUntil(page, page.locator(`#call-${1000 + index}`).getByText("created"));
  assert.equal(await parked.count(), 0);
  await page.locator(`#call-${1000 + index} summary`).click();
  assert.match(await page.title(), /^Calls/);
  await picture(page, screen, "evil");
  await page.close();
}

await browser.close();
await rm(profile, { recursive: true });
// The browser also logs the intended status 422 of a rejected form.
assert.deepEqual(problems.filter((problem) => !problem.includes("422")), []);
assert.deepEqual(foreign, []);
console.log("the pages work on a phone and on a desktop");
