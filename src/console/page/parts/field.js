// Fields of forms, each with its label, its hint and its error. A field is { element, input, value, error(text) }.
import { h, newId } from "../frame/dom.js";

function field(label, input, { hint, hideLabel, className } = {}) {
	input.id = newId("field");
	const error = h("div", { class: "field-error", id: `${input.id}-error` });
	const hinted = hint && h("div", { class: "field-hint", id: `${input.id}-hint` }, hint);
	input.setAttribute("aria-describedby", [hinted && `${input.id}-hint`, error.id].filter(Boolean).join(" "));
	return {
		element: h("div", { class: `field ${className ?? ""}` }, h("label", { for: input.id, class: hideLabel ? "read-out" : "" }, label), input, hinted, error),
		input,
		get value() {
			return input.value;
		},
		set value(text) {
			input.value = text;
		},
		// Shows what is wrong, and moves there; without a text, that nothing is.
		error(text) {
			error.textContent = text ?? "";
			input.setAttribute("aria-invalid", text ? "true" : "false");
			if (text) input.focus();
		},
	};
}

function split({ hint, hideLabel, className, ...attributes }) {
	return [{ hint, hideLabel, className }, attributes];
}

// Options: value, hint, hideLabel, className, and any attribute of an input.
export function textField(label, options = {}) {
	const [own, attributes] = split(options);
	return field(label, h("input", { type: "text", spellcheck: "false", autocapitalize: "off", autocomplete: "off", dir: "auto", ...attributes }), own);
}

export function areaField(label, options = {}) {
	const [own, attributes] = split(options);
	return field(label, h("textarea", { spellcheck: "false", rows: 6, dir: "auto", ...attributes }), own);
}

// choices: texts, or [value, label].
export function selectField(label, choices, options = {}) {
	const [own, { value, ...attributes }] = split(options);
	const select = h("select", attributes, choices.map((choice) => {
		const [each, text] = Array.isArray(choice) ? choice : [choice, choice];
		return h("option", { value: each }, text);
	}));
	if (value !== undefined) select.value = value;
	return field(label, select, own);
}

// `value` is a boolean.
export function checkField(label, { checked = false, hint, ...attributes } = {}) {
	const input = h("input", { type: "checkbox", id: newId("check"), checked, ...attributes });
	const element = h("div", { class: "check" }, input, h("label", { for: input.id }, label, hint && h("span", { class: "field-hint" }, hint)));
	return { element, input, get value() { return input.checked; }, set value(on) { input.checked = on; } };
}

export function fieldset(legend, ...children) {
	return h("fieldset", null, h("legend", null, legend), children);
}

// The field that the key / goes to. onSearch gets what is typed, as it is typed.
export function searchField(label, onSearch, attributes = {}) {
	const made = textField(label, { hideLabel: true, type: "search", placeholder: label, className: "search", "data-search": "", "aria-keyshortcuts": "/", ...attributes });
	made.input.addEventListener("input", () => onSearch(made.value));
	return made;
}
