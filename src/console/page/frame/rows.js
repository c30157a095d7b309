// Rows of the console's own operations, which come in pages.
import { callConsole } from "./api.js";

// Yields a list of rows a page.
export async function* rowPages(operation, input, options) {
	let token;
	do {
		const page = await callConsole(operation, { ...input, Limit: 1000, NextToken: token }, options);
		yield page.Rows;
		token = page.NextToken;
	} while (token !== undefined);
}

// All rows up to `most`: { rows, more }, where `more` tells whether there are others.
export async function allRows(operation, input, { most = 20000, ...options } = {}) {
	const rows = [];
	for await (const page of rowPages(operation, input, options)) {
		for (const row of page) rows.push(row);
		if (rows.length >= most) return { rows, more: true };
	}
	return { rows, more: false };
}
