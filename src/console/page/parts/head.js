// The head of a screen.
import { h } from "../frame/dom.js";

// crumbs: [[label, href]], of the screens above; actions: buttons; note: beside the title.
export function screenHead({ title, crumbs = [], actions, note }) {
	return h("header", { class: "screen-head" },
		crumbs.length > 0 && h("nav", { class: "crumbs", "aria-label": "Path" }, crumbs.map(([label, href]) => h("a", { href, dir: "auto" }, label))),
		h("div", { class: "screen-line" }, h("h1", { tabindex: "-1", dir: "auto" }, title), note && h("span", { class: "note" }, note), h("div", { class: "actions" }, actions)));
}
