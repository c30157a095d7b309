// Writes expressions, with a placeholder for each name and value.

export class Expression {
	constructor() {
		this.names = new Map();
		this.values = {};
		this.count = 0;
	}

	name(attribute) {
		if (!this.names.has(attribute)) this.names.set(attribute, `#n${this.names.size}`);
		return this.names.get(attribute);
	}

	// A path: "Info.label" or "Tags[0]". A name with a dot of its own is written in quotes: "\"a.b\"".
	path(text) {
		return splitPath(text).map((part) => (typeof part === "number" ? `[${part}]` : `.${this.name(part)}`)).join("").slice(1);
	}

	value(value) {
		const name = `:v${this.count++}`;
		this.values[name] = value;
		return name;
	}

	// The members of a request that go with the expressions.
	members() {
		return {
			ExpressionAttributeNames: this.names.size ? Object.fromEntries([...this.names].map(([name, placeholder]) => [placeholder, name])) : undefined,
			ExpressionAttributeValues: this.count ? this.values : undefined,
		};
	}
}

export function splitPath(text) {
	const parts = [];
	for (const [, quoted, plain, index] of text.matchAll(/"((?:[^"\\]|\\.)*)"|([^.[\]"]+)|\[(\d+)\]/g)) {
		if (index !== undefined) parts.push(Number(index));
		else parts.push(quoted !== undefined ? JSON.parse(`"${quoted}"`) : plain);
	}
	return parts;
}

// comparisons: what a condition may say of an attribute. `operands` is how many values it takes; `text` gets the path
// and the values' placeholders.
export const comparisons = [
	{ id: "=", label: "=", operands: 1, text: (path, a) => `${path} = ${a}` },
	{ id: "<>", label: "≠", operands: 1, text: (path, a) => `${path} <> ${a}` },
	{ id: "<", label: "<", operands: 1, text: (path, a) => `${path} < ${a}` },
	{ id: "<=", label: "≤", operands: 1, text: (path, a) => `${path} <= ${a}` },
	{ id: ">", label: ">", operands: 1, text: (path, a) => `${path} > ${a}` },
	{ id: ">=", label: "≥", operands: 1, text: (path, a) => `${path} >= ${a}` },
	{ id: "between", label: "between", operands: 2, text: (path, a, b) => `${path} BETWEEN ${a} AND ${b}` },
	{ id: "begins", label: "begins with", operands: 1, text: (path, a) => `begins_with(${path}, ${a})` },
	{ id: "contains", label: "contains", operands: 1, text: (path, a) => `contains(${path}, ${a})` },
	{ id: "not contains", label: "does not contain", operands: 1, text: (path, a) => `NOT contains(${path}, ${a})` },
	{ id: "exists", label: "exists", operands: 0, text: (path) => `attribute_exists(${path})` },
	{ id: "not exists", label: "does not exist", operands: 0, text: (path) => `attribute_not_exists(${path})` },
	{ id: "type", label: "is of type", operands: 1, ofType: true, text: (path, a) => `attribute_type(${path}, ${a})` },
];

export const keyComparisons = comparisons.filter(({ id }) => ["=", "<", "<=", ">", ">=", "between", "begins"].includes(id));

// A value from what is typed: of type S, N, B, BOOL or NULL. Throws what a person can mend.
export function scalar(type, text) {
	if (type === "N" && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text.trim())) throw new SyntaxError(`"${text}" is not a number.`);
	if (type === "N") return { N: text.trim() };
	if (type === "BOOL") {
		if (!/^(true|false)$/i.test(text.trim())) throw new SyntaxError("A boolean is true or false.");
		return { BOOL: text.trim().toLowerCase() === "true" };
	}
	if (type === "NULL") return { NULL: true };
	if (type === "B" && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) throw new SyntaxError("A binary value is written in base64.");
	return { [type]: text };
}
