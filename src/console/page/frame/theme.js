// Light, dark, or as the system has it: held by this tab.
import { h } from "./dom.js";
import { icon } from "../parts/icon.js";

const KEY = "theme";
const themes = ["system", "light", "dark"];

function apply(theme) {
	if (theme === "system") delete document.documentElement.dataset.theme;
	else document.documentElement.dataset.theme = theme;
}

// A button that goes from one to the next.
export function themeButton() {
	let theme = themes.includes(sessionStorage.getItem(KEY)) ? sessionStorage.getItem(KEY) : "system";
	const label = () => `Colours: ${theme}. Change`;
	const button = h("button", { type: "button", class: "button plain icon-only", title: label(), "aria-label": label(), onclick: () => {
		theme = themes[(themes.indexOf(theme) + 1) % themes.length];
		sessionStorage.setItem(KEY, theme);
		button.title = label();
		button.setAttribute("aria-label", label());
		apply(theme);
	} }, icon("theme"));
	apply(theme);
	return button;
}
