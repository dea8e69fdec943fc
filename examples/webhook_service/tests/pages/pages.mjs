// What a person does with the pages. Arguments: the pages' address, the folder for pictures.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [address, folder] = process.argv.slice(2);
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

for (const [index, screen] of screens.entries()) {
  const page = await open(screen);
  await page.goto(address);
  await page.getByText("What to do next").waitFor();
  if (index === 0) {
    await picture(page, screen, "first");
    await page.getByRole("button", { name: "Send a sample call" }).click();
  }
  const call = page.locator("#call-780836754");
  for (let tries = 0; tries < 50 && !(await call.getByText("created").count()); tries++) {
    await page.waitForTimeout(100);
    await page.reload();
  }
  await call.locator("summary").click();
  await call.getByText("Contact Ada Lovelace").first().waitFor();
  for (const told of ["OWN-4", "LIMIT-5", "PKG-8", "aircall:780836754"]) {
    assert.ok(await call.getByText(told).first().isVisible(), told);
  }
  await picture(page, screen, "calls");

  await page.getByRole("navigation").getByRole("link", { name: "Try" }).click();
  await page.getByLabel("wording").selectOption("fr");
  await page.getByRole("button", { name: "See the plan" }).click();
  await page.getByText("What would be written").waitFor();
  assert.equal(await page.getByLabel("wording").inputValue(), "fr");
  await page.getByText("The plan as JSON").click();
  await picture(page, screen, "try");

  await page.getByLabel("Webhook").fill("{\n  \"event\": \"call.ended\",\n  \"data\": {\"id\": 1, \"direction\": \"sideways\"}\n}");
  await page.getByRole("button", { name: "See the plan" }).click();
  await page.locator("#problem").getByText("line 3").first().waitFor();
  await picture(page, screen, "mistake");

  await page.getByLabel("Webhook").fill("<!doctype html><script>document.title = 'taken over'</script>");
  await page.getByRole("button", { name: "See the plan" }).click();
  await page.locator("#problem").getByText("This is a web page").waitFor();
  assert.match(await page.title(), /^Try/);
  await page.close();
}

await browser.close();
await rm(profile, { recursive: true });
// A refused form is answered with a status that the browser tells of, too.
assert.deepEqual(problems.filter((problem) => !problem.includes("422")), []);
assert.deepEqual(foreign, []);
console.log("the pages do what they say, on a phone and on a desk");
