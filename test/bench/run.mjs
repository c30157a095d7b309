#!/usr/bin/env node
// run.mjs: measures the rows that ROWS names, or all, and prints the table. Fails where a request or a row failed.
import { measure, ratioOf } from "./measure.mjs";
import { rows } from "./rows.mjs";

const widths = [36, 9, 8, 8, 18, 9, 8, 8, 6, 14];
let failures = 0;

function line(...cells) {
	console.log(`| ${cells.map((cell, i) => i === 0 || i === 4 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i])).join(" | ")} |`);
}

const number = (value) => Number.isNaN(value) ? "" : value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(1);
const cells = (figures) => [figures.rate, figures.p50, figures.p99].map(number);

// Of several client counts, the best.
function peer(name, figures) {
	const all = Object.keys(figures).filter((each) => each === name || each.startsWith(`${name} -c`));
	const best = all.sort((a, b) => figures[b].rate - figures[a].rate)[0];

	return best ? [best, figures[best]] : [name, { rate: 1e6 / parseFloat(name), p50: parseFloat(name), p99: NaN }];
}

function judge(figure, target, ratio) {
	if (target === undefined)
		return "";
	const met = figure === "rate" ? ratio >= target : ratio <= target;
	return `${figure === "rate" ? ">=" : "<="} ${target} ${met ? "met" : "MISSED"}`;
}

function report(row, figures) {
	let own = [row.title, ...cells(figures.dynamo)];

	for (const [name, figure = "rate", target] of row.compare) {
		const [title, against] = peer(name, figures);
		const ratio = ratioOf(figures.dynamo, against, figure);

		line(...own, title, ...cells(against), ratio.toFixed(2), judge(figure, target, ratio));
		own = ["", "", "", ""];
	}
	for (const [name, { failed, rate }] of Object.entries(figures)) {
		if (failed > 0)
			console.log(`  ${name}: ${failed} requests failed`);
		if (rate === 0)
			console.log(`  ${name}: answered nothing in a turn`);
		failures += failed + (rate === 0);
	}
}

async function runRow(name) {
	const row = rows[name];

	if (row.value) {
		const { shown, target, met } = await row.value();
		console.log(`| ${row.title.padEnd(widths[0])} | ${shown.padEnd(92)} | ${target}: ${met ? "met" : "MISSED"} |`);
		return;
	}
	report(row, await measure(await row.subjects()));
}

const chosen = process.env.ROWS ? process.env.ROWS.split(/\s+/).filter(Boolean) : Object.keys(rows);
const unknown = chosen.filter((name) => !(name in rows));
if (unknown.length > 0) {
	console.error(`no such row: ${unknown.join(" ")}; there are ${Object.keys(rows).join(" ")}`);
	process.exit(1);
}
line("16 connections unless said; times in us", "a second", "p50", "p99", "against", "a second", "p50", "p99", "ratio", "target");
line(...widths.map((width) => "-".repeat(width)));
for (const name of chosen) {
	try {
		await runRow(name);
	} catch (error) {
		console.log(`  ${name}: ${error.message}`);
		failures++;
	}
}
process.exit(failures > 0 ? 1 : 0);
