// Tabs: of links, where each is a screen's address, or of panels.
import { h, newId } from "../frame/dom.js";

// each: { id, label, href }; `current` is an id.
export function tabs(label, each, current) {
	return h("nav", { class: "tabs", "aria-label": label }, each.map((tab) => h("a", { href: tab.href, "aria-current": tab.id === current ? "page" : undefined }, tab.label)));
}

function onArrow(event, buttons, select) {
	const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
	if (!step) return;
	const next = (buttons.indexOf(event.currentTarget) + step + buttons.length) % buttons.length;
	event.preventDefault();
	buttons[next].focus();
	select(next);
}

// each: { label, body() }, the body made when its tab is shown. Returns { element, select(index), index }.
export function tabPanel(label, each, { onSelect = () => {}, first = 0 } = {}) {
	const panel = h("div", { class: "tab-panel", role: "tabpanel", id: newId("panel"), tabindex: "0" });
	const made = { index: first };
	const buttons = each.map((tab, index) => h("button", { type: "button", role: "tab", id: newId("tab"), "aria-controls": panel.id, onclick: () => made.select(index) }, tab.label));
	for (const each of buttons) each.addEventListener("keydown", (event) => onArrow(event, buttons, made.select));
	made.select = (index) => {
		if (onSelect(index) === false) return;
		made.index = index;
		for (const [i, each] of buttons.entries()) {
			each.setAttribute("aria-selected", String(i === index));
			each.tabIndex = i === index ? 0 : -1;
		}
		buttons[index].scrollIntoView({ block: "nearest", inline: "nearest" });
		panel.setAttribute("aria-labelledby", buttons[index].id);
		panel.replaceChildren(...[each[index].body()].flat());
	};
	made.element = h("div", { class: "tab-set" }, h("div", { class: "tabs", role: "tablist", "aria-label": label }, buttons), panel);
	made.select(first);
	return made;
}
