// A headless Chromium on the console, and what a person does in it. Of console.mjs and console_operations.mjs.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import puppeteer from "puppeteer-core";

const TIMEOUT = 180_000; // nothing takes that long but on a machine that does much else
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"];

// The page may ask its own host alone, and no script of an item's may run: both are seen here, for every page.
function watch(page, origin, faults) {
	page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
	page.on("dialog", (dialog) => { faults.push(`a script has opened a dialog: ${dialog.message()}`); dialog.dismiss(); });
	page.on("console", (message) => /Content Security Policy|TrustedHTML|TrustedScript/.test(message.text()) && faults.push(message.text()));
	page.on("request", (request) => {
		const url = new URL(request.url());
		if (!["blob:", "data:"].includes(url.protocol) && url.origin !== origin) faults.push(`asked ${request.url()}`);
	});
}

// Runs `use` with a function that opens a page at a hash of the console, and sees that nothing was wrong in any.
// A page's `origin` is by what name it calls the server.
export async function withBrowser(use, { args = [] } = {}) {
	const usual = process.env.DYNAMO_ENDPOINT.replace("127.0.0.1", "localhost");
	const userDataDir = mkdtempSync(join(tmpdir(), "console-"));
	const faults = [];
	const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, userDataDir, timeout: TIMEOUT, protocolTimeout: 3 * TIMEOUT, args: [...flags, ...args] });
	async function open(hash, { width = 1280, height = 800, dark = false, origin = usual } = {}) {
		const page = await browser.newPage();
		page.setDefaultTimeout(TIMEOUT);
		watch(page, origin, faults);
		await page.setViewport({ width, height });
		await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
		await page.goto(`${origin}/console/${hash}`);
		return new Person(page, origin);
	}
	try {
		await use(open);
	} finally {
		await browser.close();
		rmSync(userDataDir, { recursive: true, force: true });
	}
	assert.deepEqual(faults, []);
}

// What is done and seen is that of the topmost dialog where there is one, else of the page.
const SCOPE = "const scope = [...document.querySelectorAll('dialog[open]')].pop() ?? document.body;";

export class Person {
	constructor(page, origin) {
		Object.assign(this, { page, origin });
	}

	// Goes to another screen.
	async go(hash) {
		await this.page.evaluate((to) => { location.hash = to; }, hash);
	}

	// Waits until the expression, of `scope`, is true, and gives its value.
	async until(expression, what = expression) {
		try {
			const handle = await this.page.waitForFunction(`(() => { ${SCOPE} return (${expression}); })()`, { polling: 200 });
			return await handle.jsonValue();
		} catch (error) {
			const seen = await this.page.evaluate(() => document.body.innerText.replace(/\n(String|Number|Binary|Boolean|Null|List|Map|String set|Number set|Binary set)(?=\n)/g, "").slice(0, 3000));
			throw new Error(`never: ${what}\n${error.message}\nThe page shows:\n${seen}`);
		}
	}

	sees(text) {
		return this.until(`scope.innerText.includes(${JSON.stringify(text)})`, `"${text}" is seen`);
	}

	// Presses the button or link with this name, once it is there and may be pressed.
	async press(name, selector = "button, a, summary") {
		const find = `[...scope.querySelectorAll(${JSON.stringify(selector)})].find((each) => (each.getAttribute("aria-label") ?? each.textContent).trim() === ${JSON.stringify(name)} && each.getAttribute("aria-disabled") !== "true" && !each.disabled && each.getClientRects().length > 0)`;
		await this.until(`Boolean(${find})`, `"${name}" can be pressed`);
		await this.page.evaluate(`(() => { ${SCOPE} ${find}.click(); })()`);
	}

	// The element of the field with this label, the last one of those; as a handle.
	async field(label) {
		const find = `[...scope.querySelectorAll("input, textarea, select")].filter((each) => (each.labels?.[0]?.textContent ?? each.getAttribute("aria-label") ?? "").trim() === ${JSON.stringify(label)} && each.getClientRects().length > 0).pop()`;
		await this.until(`Boolean(${find})`, `a field "${label}"`);
		return this.page.evaluateHandle(`(() => { ${SCOPE} return ${find}; })()`);
	}

	// Types into a field in place of what it holds.
	async type(label, text) {
		const field = await this.field(label);
		await field.evaluate((each) => { each.focus(); each.select(); });
		if (text === "") await this.page.keyboard.press("Delete");
		else await this.page.keyboard.type(text);
	}

	// As if pasted: for what is long.
	async fill(label, text) {
		const field = await this.field(label);
		await field.evaluate((each, value) => { each.value = value; each.dispatchEvent(new Event("input", { bubbles: true })); }, text);
	}

	async choose(label, value) {
		await (await this.field(label)).select(value);
	}

	async value(label) {
		return (await this.field(label)).evaluate((each) => each.value);
	}

	async key(...keys) {
		for (const key of keys) await this.page.keyboard.press(key);
	}

	rows() {
		return this.page.$$eval(".grid-row", (rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
	}

	async waitForRows(text) {
		await this.until(`[...document.querySelectorAll(".grid-row")].some((row) => row.textContent.includes(${JSON.stringify(text)}))`, `a row with "${text}"`);
	}

	close() {
		return this.page.close();
	}
}

// An operation by another client than the page.
export async function call(operation, input) {
	const response = await fetch(process.env.DYNAMO_ENDPOINT, { method: "POST", headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `DynamoDB_20120810.${operation}` }, body: JSON.stringify(input) });
	const answer = JSON.parse(await response.text());
	if (!response.ok) throw Object.assign(new Error(`${operation}: ${JSON.stringify(answer)}`), answer);
	return answer;
}

// Asks for long, until there is an answer that is wanted.
export async function until(what, ask) {
	for (let tries = 0; tries < 1200; tries++) {
		const answer = await ask();
		if (answer) return answer;
		await sleep(100);
	}
	throw new Error(`never: ${what}`);
}
