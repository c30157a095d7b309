// Dialogs: the browser's own, which keep the focus, end by Esc, and give the focus back.
import { h, newId } from "../frame/dom.js";
import { button } from "./button.js";
import { textField } from "./field.js";
import { errorView } from "./state.js";
import { rescueToasts } from "./toast.js";

function head(id, title, close) {
	return h("header", { class: "dialog-head" }, h("h2", { id }, title), button("Close", close, { kind: "plain", icon: "close", iconOnly: true }));
}

// Runs an action; what it throws is shown in the dialog, which stays.
async function act(action, dialog, errors, signal) {
	errors.replaceChildren();
	try {
		if ((await action.run?.(signal)) !== false) dialog.close(action.label);
	} catch (error) {
		if (error?.name === "AbortError" || error?.quiet) return;
		errors.replaceChildren(errorView(error));
		errors.scrollIntoView({ block: "nearest" });
	}
}

// Opens a dialog. actions: [{ label, kind, run(signal) }]: the dialog closes when `run` has ended, unless that returns
// false or throws; the signal fires when the dialog has been closed before. The first action of kind primary or danger
// is also that of Enter in a field. size: "wide", or nothing. Returns { element, close(), closed }, the last a promise
// of the label of the action, or "".
export function openDialog({ title, body, actions = [], size = "" }) {
	const id = newId("dialog");
	const errors = h("div", { class: "dialog-errors", role: "alert" });
	const dialog = h("dialog", { class: `dialog ${size}`, "aria-labelledby": id });
	const stop = new AbortController();
	const close = () => dialog.close("");
	const main = actions.find((action) => action.kind);
	const buttons = actions.map((action) => button(action.label, () => act(action, dialog, errors, stop.signal), { kind: action.kind }));
	const form = h("form", { novalidate: true, onsubmit: (event) => {
		event.preventDefault();
		if (main) buttons[actions.indexOf(main)].click();
	} }, head(id, title, close), h("div", { class: "dialog-body" }, body), errors, h("footer", { class: "dialog-actions" }, buttons), h("input", { type: "submit", hidden: true }));
	dialog.append(form);
	dialog.addEventListener("cancel", (event) => {
		event.preventDefault();
		close();
	});
	const closed = new Promise((resolve) => dialog.addEventListener("close", () => {
		stop.abort();
		rescueToasts();
		dialog.remove();
		resolve(dialog.returnValue);
	}));
	document.body.append(dialog);
	dialog.showModal();
	(dialog.querySelector("[autofocus]") ?? dialog.querySelector(".dialog-body input, .dialog-body textarea, .dialog-body select") ?? buttons[0])?.focus();
	return { element: dialog, close: () => dialog.close(""), closed };
}

// Asks whether to go on; true where the person says so. `typed`: a text that must be typed first. `run`: what is done
// while the dialog is still there, so that its errors are shown in it.
export async function confirmDialog({ title, text, action, kind = "danger", typed, run }) {
	const check = typed === undefined ? null : textField(`Type ${typed} to confirm`, { autocomplete: "off" });
	const answer = openDialog({
		title,
		body: [h("p", null, text), check?.element],
		actions: [{ label: "Cancel" }, { label: action, kind, run: (signal) => {
			if (check && check.value.trim() !== String(typed)) {
				check.error(`This is not ${typed}.`);
				return false;
			}
			return run?.(signal);
		} }],
	});
	return (await answer.closed) === action;
}
