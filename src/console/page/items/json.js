// Plain JSON into attribute values, and back: { "Artist": "Acme", "Year": 1999 }. A number's digits are taken from the
// text and never become a number of JavaScript, which keeps 16 of DynamoDB's 38. What JSON lacks is tagged as in the
// items that the tables store (docs/items.md): {"$b": base64}, {"$ss": []}, {"$ns": []}, {"$bs": []}; {"$m": {}} is a
// map that would look like one of these.

const MOST_LEVELS = 64;
const token = /[ \t\r\n]*(?:([{}[\]:,])|("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|($))/y;
const words = { true: { BOOL: true }, false: { BOOL: false }, null: { NULL: true } };

class Reader {
	constructor(text) {
		this.text = text;
		this.at = 0;
		this.advance();
	}

	fail(what) {
		const blanks = /^[ \t\r\n]*/.exec(this.text.slice(this.from))[0].length;
		const before = this.text.slice(0, this.from + blanks).split("\n");
		throw new SyntaxError(`Line ${before.length}, column ${before.at(-1).length + 1}: ${what}`);
	}

	advance() {
		token.lastIndex = this.at;
		const found = token.exec(this.text);
		this.from = this.at; // where the token begins, with the blanks before it
		if (!found) this.fail("this is no JSON");
		this.at = token.lastIndex;
		[, this.mark, this.string, this.number, this.word] = found;
		this.end = found[5] !== undefined;
	}

	take(mark) {
		if (this.mark !== mark) this.fail(`${mark} is missing`);
		this.advance();
	}

	takeString() {
		if (this.string === undefined) this.fail("a name in quotes is missing");
		try {
			const string = JSON.parse(this.string);
			this.advance();
			return string;
		} catch {
			return this.fail("the string has an unknown escape");
		}
	}

	// A list of what `one` reads, to the closing mark.
	list(close, one) {
		this.advance();
		while (this.mark !== close) {
			one();
			if (this.mark !== close) this.take(",");
			else break;
			if (this.mark === close) this.fail("a value is missing");
		}
		this.take(close);
	}

	map(level) {
		const members = new Map();
		this.list("}", () => {
			const name = this.takeString();
			if (members.has(name)) this.fail(`"${name}" is there twice`);
			this.take(":");
			members.set(name, this.value(level + 1));
		});
		return members;
	}

	value(level) {
		if (level > MOST_LEVELS) this.fail("the value is nested too deep");
		if (this.string !== undefined) return { S: this.takeString() };
		if (this.number !== undefined) return this.keep({ N: this.number });
		if (this.word !== undefined) return this.keep({ ...words[this.word] });
		if (this.mark === "{") return untag(this.map(level), this);
		if (this.mark !== "[") this.fail("a value is missing");
		const elements = [];
		this.list("]", () => elements.push(this.value(level + 1)));
		return { L: elements };
	}

	keep(value) {
		this.advance();
		return value;
	}
}

// Without a prototype: an attribute may be called "__proto__".
export function toMap(entries) {
	return Object.assign(Object.create(null), Object.fromEntries(entries));
}

function elementsOf(value, type, reader) {
	if (!value.L?.every((each) => each[type] !== undefined)) reader.fail("a set is a list of values of one type");
	return value.L.map((each) => each[type]);
}

const tags = {
	$b: (value, reader) => (value.S === undefined ? reader.fail("a binary is base64 in quotes") : { B: value.S }),
	$ss: (value, reader) => ({ SS: elementsOf(value, "S", reader) }),
	$ns: (value, reader) => ({ NS: elementsOf(value, "N", reader) }),
	$bs: (value, reader) => ({ BS: elementsOf(value, "S", reader) }),
	$m: (value, reader) => value.M ? value : untagged(value, reader),
};

function untagged(value, reader) {
	const [type] = Object.keys(value);
	const tag = Object.keys(tags).find((each) => type === each.slice(1).toUpperCase());
	return tag ? { M: toMap([[tag, tag === "$b" ? { S: value.B } : { L: value[type].map((each) => (type === "NS" ? { N: each } : { S: each })) }]]) } : reader.fail("$m is a map");
}

function untag(members, reader) {
	const [name] = members.keys();
	if (members.size === 1 && Object.hasOwn(tags, name)) return tags[name](members.get(name), reader);
	return { M: toMap(members) };
}

function items(reader) {
	if (reader.mark === "{") return [toMap(reader.map(1))];
	const found = [];
	if (reader.mark !== "[") reader.fail("an item is an object");
	reader.list("]", () => {
		if (reader.mark !== "{") reader.fail("an item is an object");
		found.push(toMap(reader.map(1)));
	});
	return found;
}

// The items of a text: one object, a list of them, or one after the other, as in lines. Throws SyntaxError, which
// says the line.
export function parseItems(text) {
	const reader = new Reader(text);
	const found = [];
	while (!reader.end) found.push(...items(reader));
	return found;
}

// The one value of a text.
export function parseValue(text) {
	const reader = new Reader(text);
	const value = reader.value(2); // as deep as an item's attribute
	if (!reader.end) reader.fail("there is more than one value");
	return value;
}

const isTag = (value) => Object.keys(value).length === 1 && Object.keys(value)[0].startsWith("$");

const writers = {
	S: (value) => JSON.stringify(value),
	N: (value) => value,
	BOOL: (value) => String(value),
	NULL: () => "null",
	B: (value) => `{"$b": ${JSON.stringify(value)}}`,
	SS: (value) => `{"$ss": [${value.map((each) => JSON.stringify(each)).join(", ")}]}`,
	NS: (value) => `{"$ns": [${value.join(", ")}]}`,
	BS: (value) => `{"$bs": [${value.map((each) => JSON.stringify(each)).join(", ")}]}`,
	L: (value, indent) => list("[", "]", value.map((each) => write(each, deeper(indent))), indent),
	M: (value, indent) => (isTag(value) ? `{"$m": ${writeMap(value, indent)}}` : writeMap(value, indent)),
};

const deeper = (indent) => (indent === null ? null : `${indent}  `);

function list(open, close, parts, indent) {
	if (parts.length === 0) return open + close;
	if (indent === null) return open + parts.join(", ") + close;
	return `${open}\n${parts.map((part) => `${indent}  ${part}`).join(",\n")}\n${indent}${close}`;
}

function write(value, indent) {
	const [[type, content]] = Object.entries(value);
	return writers[type](content, indent);
}

function writeMap(map, indent) {
	return list("{", "}", Object.entries(map).map(([name, value]) => `${JSON.stringify(name)}: ${write(value, deeper(indent))}`), indent);
}

// Plain JSON of an item, of several lines or, where `flat`, of one.
export function formatItem(item, { flat = false } = {}) {
	return writeMap(item, flat ? null : "");
}

export function formatValue(value, { flat = false } = {}) {
	return write(value, flat ? null : "");
}
