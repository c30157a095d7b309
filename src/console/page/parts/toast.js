// Short notices at the edge of the window, which screen readers say.
import { h } from "../frame/dom.js";

const LIFETIME = 6000;

let place;

// Toasts must be seen above an open dialog, which hides all that is not in it.
function placeOf() {
	place ??= h("div", { class: "toasts", role: "status", "aria-live": "polite" });
	const parent = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
	if (place.parentNode !== parent) parent.append(place);
	return place;
}

export function rescueToasts() {
	if (place) document.body.append(place);
}

// kind: "error", or nothing. Errors stay until they are closed or another screen is shown.
export function toast(text, kind) {
	const element = h("div", { class: `toast ${kind ?? ""}` }, h("span", null, text));
	element.append(h("button", { type: "button", class: "toast-close", "aria-label": "Close this notice", onclick: () => element.remove() }, "×"));
	placeOf().append(element);
	if (kind !== "error") setTimeout(() => element.remove(), LIFETIME);
	return element;
}

addEventListener("hashchange", () => {
	for (const element of place?.querySelectorAll(".error") ?? []) element.remove();
});

export function errorText(error) {
	if (error?.name === "Unreachable") return error.message;
	return error?.message ? `${error.name}: ${error.message}` : String(error?.name ?? error);
}

export function reportError(error) {
	if (error?.name === "AbortError" || error?.quiet) return;
	toast(errorText(error), "error");
}
