// Items as comma-separated values (RFC 4180): a column an attribute. What is no string is written in plain JSON; a
// text that would read as something else is written as JSON too, so that what is exported comes back as it was.
import { formatValue, parseValue, toMap } from "./json.js";

const readsAsOther = (text) => /^\s*(-?\d|[{["]|true\s*$|false\s*$|null\s*$|$)/.test(text);

// A spreadsheet runs what begins with one of these, or with one of their full-width forms: in JSON's quotes it is a text.
const isFormula = (text) => /^[=+@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20-]/.test(text);

function quote(text) {
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cell(value) {
	if (value === undefined) return "";
	if (value.S === undefined) return quote(formatValue(value, { flat: true }));
	return quote(readsAsOther(value.S) || isFormula(value.S) ? JSON.stringify(value.S) : value.S);
}

// An attribute's name is as hostile as its value.
function heading(name) {
	return quote(isFormula(name) || name.startsWith('"') ? JSON.stringify(name) : name);
}

function nameOf(cell) {
	try {
		const name = cell.startsWith('"') ? JSON.parse(cell) : cell;
		return typeof name === "string" ? name : cell;
	} catch {
		return cell;
	}
}

export function toCsv(items) {
	const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
	const rows = items.map((item) => names.map((name) => cell(item[name])).join(","));
	return `${[names.map(heading).join(","), ...rows].join("\r\n")}\r\n`;
}

// The cells of each row.
function* rows(text) {
	const cellPattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
	let row = [];
	let end = text.length === 0;
	while (!end) {
		const at = cellPattern.lastIndex;
		const found = cellPattern.exec(text);
		if (!found) throw new SyntaxError(`Line ${text.slice(0, at).split("\n").length}: a quote is not closed, or stands within a cell.`);
		row.push(found[1] !== undefined ? found[1].replaceAll('""', '"') : found[2]);
		end = cellPattern.lastIndex >= text.length;
		if (found[3] === ",") {
			if (end) row.push("");
			else continue;
		}
		yield row;
		row = [];
	}
}

function keyTypes(table) {
	return Object.fromEntries(table.AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
}

function value(text, type) {
	if (type === "S" && !text.startsWith('"')) return { S: text };
	if (!readsAsOther(text)) return { S: text };
	try {
		return parseValue(text);
	} catch {
		return { S: text };
	}
}

// Empty cells are attributes that are absent. Key attributes have the types of the table's definition.
export function parseCsv(text, table) {
	const [first, ...rest] = [...rows(text.replace(/^\uFEFF/, ""))];
	const names = first.map(nameOf);
	const types = keyTypes(table);
	return rest.filter((row) => row.some((each) => each !== "")).map((row, i) => {
		if (row.length !== names.length) throw new SyntaxError(`Row ${i + 2} has ${row.length} cells, and the first row ${names.length}.`);
		return toMap(row.map((each, column) => [names[column], each]).filter(([, each]) => each !== "").map(([name, each]) => [name, value(each, types[name])]));
	});
}
