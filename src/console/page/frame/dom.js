// Makes elements. Strings become text, never markup.

const SVG = "http://www.w3.org/2000/svg";
const properties = new Set(["value", "checked", "disabled", "selected", "indeterminate", "readOnly", "hidden", "open"]);

// Where a link may lead: within the page, or to what the page itself has made.
function checkLink(value) {
	if (!/^(#|blob:)/.test(value)) throw new Error("a link leads out of the console");
}

function setAttribute(element, name, value) {
	if (value === undefined || value === null) return;
	if (typeof value === "function" && name.startsWith("on")) element.addEventListener(name.slice(2), value);
	else if (properties.has(name)) element[name] = value;
	else if (value === false) return;
	else {
		if (name === "href") checkLink(String(value));
		element.setAttribute(name, value === true ? "" : String(value));
	}
}

function append(element, children) {
	for (const child of children.flat(Infinity)) {
		if (child === null || child === undefined || child === false) continue;
		element.append(child instanceof Node ? child : String(child));
	}
	return element;
}

function make(element, attributes, children) {
	for (const [name, value] of Object.entries(attributes ?? {})) setAttribute(element, name, value);
	return append(element, children);
}

// An element; `attributes` may be null. onclick and the like are functions; a child may be a string, a node,
// a list of them, or null, which is nothing.
export function h(name, attributes, ...children) {
	return make(document.createElement(name), attributes, children);
}

export function svg(name, attributes, ...children) {
	return make(document.createElementNS(SVG, name), attributes, children);
}

// Puts the children in place of what there is.
export function replace(parent, ...children) {
	parent.replaceChildren();
	return append(parent, children);
}

let lastId = 0;

// An id that nothing else in the page has.
export function newId(prefix) {
	return `${prefix}-${++lastId}`;
}
