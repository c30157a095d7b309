// Buttons.
import { h } from "../frame/dom.js";
import { icon } from "./icon.js";
import { reportError } from "./toast.js";

async function press(element, run, event) {
	if (element.getAttribute("aria-disabled") === "true") return;
	element.setAttribute("aria-disabled", "true");
	try {
		await run(event);
	} catch (error) {
		reportError(error);
	} finally {
		element.removeAttribute("aria-disabled");
	}
}

// Runs `run`, which may be a promise's, and cannot be pressed again while it does; its errors are told in a
// toast. kind: "primary", "danger", "plain" (without a border). Where `iconOnly`, the label is read out alone.
export function button(label, run, { kind, icon: name, iconOnly, ...attributes } = {}) {
	const element = h("button", { type: "button", class: `button ${kind ?? ""} ${iconOnly ? "icon-only" : ""}`, title: iconOnly ? label : undefined, ...attributes },
		name && icon(name), iconOnly ? h("span", { class: "read-out" }, label) : label);
	element.addEventListener("click", (event) => press(element, run, event));
	return element;
}

// What looks like a button and leads elsewhere.
export function linkButton(label, href, { kind, icon: name, ...attributes } = {}) {
	return h("a", { class: `button ${kind ?? ""}`, href, ...attributes }, name && icon(name), label);
}
