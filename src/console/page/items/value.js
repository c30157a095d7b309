// Attribute values: { S: "text" } and the like.
import { formatValue, toMap } from "./json.js";

export const typeNames = { S: "String", N: "Number", B: "Binary", BOOL: "Boolean", NULL: "Null", L: "List", M: "Map", SS: "String set", NS: "Number set", BS: "Binary set" };

const PREVIEW = 200;

export function typeOf(value) {
	return Object.keys(value)[0];
}

// A short text for a cell.
export function preview(value) {
	if (value === undefined) return "";
	const type = typeOf(value);
	if (type === "S" || type === "N") return cut(value[type]);
	if (type === "B") return `${base64Length(value.B)} bytes: ${cut(value.B)}`;
	if (type.length === 2) return cut(value[type].slice(0, 50).join(", "));
	if (type === "M") return cut(`{ ${Object.keys(value.M).slice(0, 20).join(", ")} }`);
	if (type === "L" && value.L.length > 20) return `${value.L.length} elements`;
	return cut(formatValue(value, { flat: true }));
}

function cut(text) {
	return text.length > PREVIEW ? `${text.slice(0, PREVIEW)}…` : text;
}

function base64Length(text) {
	return (text.length / 4) * 3 - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0);
}

// Values in an order of their own, so that equal ones have equal texts: sets and maps have none.
function canonical(value) {
	const type = typeOf(value);
	if (type === "M") return { M: Object.entries(value.M).map(([name, each]) => [name, canonical(each)]).sort(([a], [b]) => (a < b ? -1 : 1)) };
	if (type === "L") return { L: value.L.map(canonical) };
	return type.length === 2 ? { [type]: [...value[type]].sort() } : value;
}

export function equal(a, b) {
	if (a === undefined || b === undefined) return a === b;
	return JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
}

// An item of the service's answer as a map without a prototype, whatever its attributes are called.
export function itemOf(answer) {
	return toMap(Object.entries(answer));
}

export function keyOf(item, keys) {
	return toMap(keys.map((name) => [name, item[name]]));
}

// A text that tells an item from others of its table.
export function keyText(item, keys) {
	return JSON.stringify(keys.map((name) => item[name]));
}

// The bytes of a text in UTF-8.
export function utf8Length(text) {
	return new TextEncoder().encode(text).length;
}
