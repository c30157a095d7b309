// DynamoDB's own JSON of items: { "Artist": { "S": "Acme" } }. Numbers are in quotes there, so that JSON.parse keeps them.
import { toMap } from "./json.js";

const MOST_LEVELS = 64;

const isText = (value) => typeof value === "string";
const isTexts = (value) => Array.isArray(value) && value.every(isText);
const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

const checks = { S: isText, N: isText, B: isText, BOOL: (value) => typeof value === "boolean", NULL: (value) => value === true, SS: isTexts, NS: isTexts, BS: isTexts, L: Array.isArray, M: isMap };

function readValue(value, where, level) {
	const types = isMap(value) ? Object.keys(value) : [];
	if (types.length !== 1 || !Object.hasOwn(checks, types[0])) throw new SyntaxError(`${where}: a value has one type: {"S": "text"}, {"N": "12"}`);
	const [type] = types;
	const content = value[type];
	if (!checks[type](content)) throw new SyntaxError(`${where}: this is no value of type ${type}`);
	if (level > MOST_LEVELS) throw new SyntaxError(`${where}: the value is nested too deep`);
	if (type === "L") return { L: content.map((each, i) => readValue(each, `${where}[${i}]`, level + 1)) };
	return type === "M" ? { M: readMap(content, `${where}.`, level + 1) } : { [type]: content };
}

function readMap(map, prefix, level) {
	return toMap(Object.entries(map).map(([name, value]) => [name, readValue(value, prefix + name, level)]));
}

export function readItem(value) {
	if (!isMap(value)) throw new SyntaxError("An item is an object.");
	return readMap(value, "", 1);
}

// The items of a text: one, or a list. Throws SyntaxError.
export function parseTyped(text) {
	const value = JSON.parse(text);
	return (Array.isArray(value) ? value : [value]).map(readItem);
}
