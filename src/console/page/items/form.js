// An item as a form: each value with its type. What is nested is made when it is opened, so that a large item opens
// at once; what was not opened is left as it was.
import { h, replace } from "../frame/dom.js";
import { button } from "../parts/button.js";
import { IncompleteForm } from "./builder.js";
import { scalar } from "./expression.js";
import { toMap } from "./json.js";
import { preview, typeNames, typeOf } from "./value.js";

const LONG = 80;
const TALL = 2000;

const emptyOf = { S: { S: "" }, N: { N: "0" }, B: { B: "" }, BOOL: { BOOL: true }, NULL: { NULL: true }, L: { L: [] }, M: { M: {} }, SS: { SS: [""] }, NS: { NS: ["0"] }, BS: { BS: [""] } };

// Marks the input and throws, so that the form is not taken.
function refuse(input, problem) {
	const details = [];
	for (let at = input; at; at = at.parentElement) if (at.tagName === "DETAILS") details.push(at);
	for (const each of details) each.open = true;
	input.setCustomValidity(problem);
	input.reportValidity();
	input.setAttribute("aria-invalid", "true");
	throw new IncompleteForm();
}

function accept(input) {
	input.setCustomValidity("");
	input.removeAttribute("aria-invalid");
}

function read(input, type) {
	accept(input);
	try {
		return scalar(type, input.value);
	} catch (error) {
		return refuse(input, error.message);
	}
}

function textInput(text, label) {
	const attributes = { value: text, "aria-label": label, dir: "auto", spellcheck: "false", autocomplete: "off" };
	if (text.length <= LONG && !text.includes("\n")) {
		// An input would drop the line breaks that are pasted into it.
		return h("textarea", { ...attributes, rows: 1, class: "items-line" });
	}
	return h("textarea", { ...attributes, rows: text.length > TALL ? 12 : 4 });
}

function scalarEditor(value, type) {
	const input = textInput(value[type], `${typeNames[type]} value`);
	return { element: input, read: () => read(input, type) };
}

function booleanEditor(value) {
	const input = h("select", { "aria-label": "Boolean value" }, h("option", { value: "true" }, "true"), h("option", { value: "false" }, "false"));
	input.value = String(value.BOOL);
	return { element: input, read: () => ({ BOOL: input.value === "true" }) };
}

function nullEditor() {
	return { element: h("span", { class: "faint" }, "null"), read: () => ({ NULL: true }) };
}

// Rows that can be added and removed. `make(x)` gives { element, read }; read() here gives the list of theirs.
function rowsEditor(values, make, addLabel, blank) {
	const rows = [];
	const place = h("div", { class: "items-rows" });
	function add(value) {
		const row = make(value);
		const remove = button("Remove", () => {
			rows.splice(rows.indexOf(row), 1);
			line.remove();
		}, { kind: "plain", icon: "close", iconOnly: true });
		const line = h("div", { class: "items-line-row" }, row.element, row.fixed ? h("span") : remove);
		rows.push(row);
		place.append(line);
		return row;
	}
	for (const value of values) add(value);
	const more = button(addLabel, () => add(blank()).element.querySelector("input, textarea, select")?.focus(), { icon: "plus" });
	return { element: h("div", { class: "items-collection" }, place, more), read: () => rows.map((row) => row.read()) };
}

function setEditor(value, type) {
	const inner = type[0];
	const rows = rowsEditor(value[type], (text) => scalarEditor({ [inner]: text }, inner), "Add element", () => "");
	return { element: rows.element, read: () => ({ [type]: rows.read().map((each) => each[inner]) }) };
}

// What is nested, made when it is opened.
function lazily(value, make) {
	let made = null;
	const element = h("details", { class: "items-nested", ontoggle: () => {
		if (!element.open || made) return;
		made = make();
		element.append(made.element);
	} }, h("summary", { dir: "auto" }, preview(value) || "empty"));
	return { element, read: () => (made ? made.read() : value) };
}

function listEditor(value) {
	const rows = rowsEditor(value.L, (each) => typedEditor(each), "Add element", () => ({ S: "" }));
	return { element: rows.element, read: () => ({ L: rows.read() }) };
}

const editors = {
	S: scalarEditor, N: scalarEditor, B: scalarEditor, BOOL: booleanEditor, NULL: nullEditor, SS: setEditor, NS: setEditor, BS: setEditor,
	L: (value) => lazily(value, () => listEditor(value)),
	M: (value) => lazily(value, () => {
		const map = mapEditor(value.M, []);
		return { element: map.element, read: () => ({ M: map.read() }) };
	}),
};

// A value with a choice of its type.
function typedEditor(value, { fixedType = false } = {}) {
	let editor = editors[typeOf(value)](value, typeOf(value));
	const place = h("div", { class: "items-value-place" }, editor.element);
	const choice = h("select", { "aria-label": "Type", class: "items-type", disabled: fixedType, onchange: () => {
		editor = editors[choice.value](emptyOf[choice.value], choice.value);
		replace(place, editor.element);
		if (editor.element.tagName === "DETAILS") editor.element.open = true;
	} }, Object.entries(typeNames).map(([type, name]) => h("option", { value: type }, name)));
	choice.value = typeOf(value);
	return { element: h("div", { class: "items-typed" }, choice, place), read: () => editor.read() };
}

function attributeEditor([name, value], fixed) {
	const isKey = fixed.find((each) => each.name === name);
	const input = h("input", { value: name, "aria-label": "Attribute name", dir: "auto", spellcheck: "false", autocomplete: "off", readOnly: Boolean(isKey), class: "items-name" });
	const typed = typedEditor(value, { fixedType: Boolean(isKey) });
	if (isKey?.locked) for (const each of typed.element.querySelectorAll("textarea")) each.readOnly = true;
	return {
		fixed: Boolean(isKey),
		element: h("div", { class: "items-attribute" }, input, typed.element),
		input,
		read: () => {
			accept(input);
			if (input.value === "") refuse(input, "An attribute has a name.");
			return [input.value, typed.read(), input];
		},
	};
}

// fixed: [{ name, locked }]: the key attributes, whose names and types stay; the values too of those that are locked.
export function mapEditor(map, fixed) {
	const rows = rowsEditor(Object.entries(map), (entry) => attributeEditor(entry, fixed), "Add attribute", () => ["", { S: "" }]);
	return {
		element: rows.element,
		read: () => {
			const names = new Set();
			return toMap(rows.read().map(([name, value, input]) => {
				if (names.has(name)) refuse(input, `"${name}" is there twice.`);
				names.add(name);
				return [name, value];
			}));
		},
	};
}
