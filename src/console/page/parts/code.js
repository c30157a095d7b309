// Text to be copied, in one or more languages.
import { h } from "../frame/dom.js";
import { button } from "./button.js";
import { tabPanel } from "./tabs.js";
import { toast } from "./toast.js";

// Browsers let only pages of https or this machine write to the clipboard; elsewhere the text is selected.
async function copy(text, element) {
	if (navigator.clipboard) {
		await navigator.clipboard.writeText(text);
		toast("Copied.");
		return;
	}
	getSelection().selectAllChildren(element);
	toast("Selected: press Ctrl+C to copy.");
}

function block(text) {
	const shown = h("code", null, text);
	return h("div", { class: "code" }, h("pre", { tabindex: "0" }, shown), button("Copy", () => copy(text, shown), { kind: "plain", icon: "copy", iconOnly: true }));
}

// texts: { name: text }; of one text the name is not shown. A text may be a function, called when it is shown.
export function codeView(texts, label = "Languages") {
	const names = Object.keys(texts);
	const textOf = (name) => (typeof texts[name] === "function" ? texts[name]() : texts[name]);
	if (names.length === 1) return block(textOf(names[0]));
	return tabPanel(label, names.map((name) => ({ label: name, body: () => block(textOf(name)) }))).element;
}
