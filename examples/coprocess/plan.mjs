// Plans calls from Node: `log_call --ndjson` prints one line for each line it reads.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [program, ...files] = process.argv.slice(2);
const child = spawn(program, ["--ndjson"], { stdio: ["pipe", "pipe", "inherit"] });
const output = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

async function plan(webhook, settings, directory) {
  child.stdin.write(JSON.stringify({ webhook, settings, directory }) + "\n");
  return JSON.parse((await output.next()).value);
}

const [webhook, settings, directory] = files.map((file) => JSON.parse(readFileSync(file, "utf8")));
const answer = await plan(webhook, settings, directory);
console.log(answer.error ?? answer.plan.task?.Subject ?? "no Subject is written");
child.stdin.end();
