// What a screen shows while, before or instead of its contents; and small pieces that tell a state.
import { h } from "../frame/dom.js";
import { button } from "./button.js";
import { icon } from "./icon.js";

export function loading(text = "Loading…") {
	return h("p", { class: "loading", role: "status" }, text);
}

// actions: buttons.
export function emptyState({ title, text, actions }) {
	return h("div", { class: "empty" }, h("h2", null, title), text && h("p", null, text), actions && h("div", { class: "actions" }, actions));
}

// What went wrong, with a way to try again where `retry` is given.
export function errorView(error, retry) {
	return h("div", { class: "error", role: "alert" }, icon("warning"), h("div", null,
		h("strong", null, error.name === "Unreachable" ? "The server does not answer" : error.name),
		error.name !== "Unreachable" && error.message && h("p", null, error.message),
		error.requestId && h("p", { class: "faint" }, `Request ${error.requestId}`),
		retry && button("Try again", retry)));
}

// kind: "good", "warn", "bad", "info", or nothing.
export function badge(text, kind) {
	return h("span", { class: `badge ${kind ?? ""}` }, text);
}

const kinds = { ACTIVE: "good", ENABLED: "good", AVAILABLE: "good", COMPLETED: "good", CREATING: "info", UPDATING: "info", ENABLING: "info", IN_PROGRESS: "info", DELETING: "warn", DISABLING: "warn", ARCHIVING: "warn", FAILED: "bad", CANCELLED: "warn" };

// A status of the service, ACTIVE and the like.
export function statusBadge(status) {
	return badge(status ?? "–", kinds[status]);
}

// Names and values; a value may be a node.
export function facts(pairs) {
	return h("dl", { class: "facts" }, pairs.filter(Boolean).map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value ?? "–"))));
}

// fraction: 0 to 1; undefined where it is not known.
export function progress(fraction, label) {
	return h("div", { class: "progress" }, h("progress", { max: 1, value: fraction, "aria-label": label }), h("span", null, fraction === undefined ? label : `${Math.floor(fraction * 100)} %`));
}

// A box with a heading and, at its end, actions.
export function section(title, { actions, note }, ...children) {
	return h("section", { class: "box" }, h("header", { class: "box-head" }, h("h2", null, title), note && h("span", { class: "faint" }, note), h("div", { class: "actions" }, actions)), children);
}
