// What stands around every screen: the head, the navigation, notices of the server's state, keys.
import { icon } from "../parts/icon.js";
import { errorView, loading } from "../parts/state.js";
import { screenHead } from "../parts/head.js";
import { call, health, onReach } from "./api.js";
import { h, replace } from "./dom.js";
import { showLogin } from "./login.js";
import { find, go, startRouter } from "./router.js";
import { onSessionEnd, session, signOut } from "./session.js";
import { themeButton } from "./theme.js";
import { watchReach } from "./reach.js";

const FIRST = "#/tables";
// What the service answers a request whose signature it wants, or wants no more.
const lostKey = new Set(["MissingAuthenticationTokenException", "UnrecognizedClientException", "ExpiredTokenException"]);

const main = h("main", { id: "main", tabindex: "-1" });
const navigation = h("nav", { class: "side", id: "side", "aria-label": "Screens" });
const who = h("div", { class: "who" });

let current = { leave: new AbortController(), dispose: null };

// Also a dialog is of the screen that opened it.
function leave() {
	for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close("");
	current.leave.abort();
	current.dispose?.();
	current = { leave: new AbortController(), dispose: null };
}

function fail(root, error) {
	if (error.name === "AbortError") return;
	if (lostKey.has(error.name) && root.isConnected) return askForKey(error);
	root.append(errorView(error, show));
}

// Fills the root, and shows what render throws, now or later; not of a screen that has been left.
async function render(screen, params, root) {
	const { signal } = current.leave;
	try {
		const dispose = await screen.render(root, params, { signal });
		if (typeof dispose !== "function") return;
		if (signal.aborted) dispose();
		else current.dispose = dispose;
	} catch (error) {
		if (!signal.aborted) fail(root, error);
	}
}

function markCurrent(screen) {
	const entry = `#${screen?.parent ?? screen?.route}`;
	for (const link of navigation.querySelectorAll("a")) {
		if (link.getAttribute("href") === entry) link.setAttribute("aria-current", "page");
		else link.removeAttribute("aria-current");
	}
}

function show() {
	const found = find(location.hash || FIRST);
	const root = h("div", { class: "screen" });
	leave();
	document.body.classList.remove("side-open");
	replace(main, root);
	markCurrent(found?.screen);
	if (!found) {
		document.title = "dynamo";
		root.append(screenHead({ title: "There is no such screen" }), h("p", null, h("a", { href: FIRST }, "Go to the tables")));
		return;
	}
	document.title = `${found.screen.title(found.params)} · dynamo`;
	render(found.screen, found.params, root);
	if (!root.contains(document.activeElement)) (root.querySelector("h1") ?? main).focus({ preventScroll: true });
	scrollTo(0, 0);
}

function groupBySection(screens) {
	const sections = new Map();
	for (const screen of screens.filter((each) => each.nav)) sections.set(screen.nav.section, [...(sections.get(screen.nav.section) ?? []), screen]);
	return sections;
}

function drawNavigation(screens) {
	const sections = groupBySection(screens);
	replace(navigation, [...sections].map(([name, entries]) => h("div", { class: "side-section" }, h("h2", null, name),
		h("ul", null, entries.map((screen) => h("li", null, h("a", { href: `#${screen.route}` }, icon(screen.nav.icon), screen.nav.label)))))));
}

function drawWho() {
	const button = (label, run) => h("button", { type: "button", class: "button plain", onclick: run }, label);
	replace(who, h("span", { class: "region" }, session.region),
		session.signed ? [h("span", { class: "key", title: "Access key" }, icon("key"), session.accessKeyId), button("Sign out", signOut)]
			: [h("span", { class: "key" }, "not signed in"), button("Sign in", () => askForKey())]);
}

function top() {
	const toggle = h("button", { type: "button", class: "button plain menu", "aria-label": "Screens", "aria-controls": "side", onclick: () => document.body.classList.toggle("side-open") }, icon("menu"));
	return h("header", { class: "top" }, toggle, h("a", { class: "brand", href: FIRST }, h("img", { src: "icon.svg", alt: "", width: 20, height: 20 }), "dynamo"), who, themeButton());
}

// The page without a session shows the login alone.
function askForKey(error) {
	leave();
	document.body.classList.add("signed-out");
	document.title = "Sign in · dynamo";
	replace(main, showLogin(error, open));
}

function open() {
	document.body.classList.remove("signed-out");
	drawWho();
	show();
}

const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

// "/" goes to the search field of the screen, or of the dialog.
function onKey(event) {
	if (event.key === "Escape") document.body.classList.remove("side-open");
	if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
	const scope = [...document.querySelectorAll("dialog[open]")].pop() ?? main;
	const field = scope.querySelector("[data-search]");
	if (!field) return;
	event.preventDefault();
	field.focus();
	field.select();
}

// Whether requests need no signature: the service answers one that has none.
async function isOpen() {
	try {
		await call("ListTables", { Limit: 1 }, { unsigned: true });
		return true;
	} catch (error) {
		return !lostKey.has(error.name) && error.name !== "Unreachable";
	}
}

// Starts the console with its screens: the first of them whose route fits is shown.
export async function start(screens) {
	const banner = h("div", { class: "banner", role: "alert", hidden: true });
	replace(document.body, h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); main.focus(); } }, "Skip to the screen"), banner, top(), navigation, main);
	drawNavigation(screens);
	startRouter(screens, () => !document.body.classList.contains("signed-out") && show());
	navigation.addEventListener("click", () => document.body.classList.remove("side-open"));
	addEventListener("keydown", onKey);
	onSessionEnd(() => askForKey());
	watchReach(onReach, banner, health);
	replace(main, loading());
	session.region = (await health())?.region ?? session.region;
	if (await isOpen()) open();
	else askForKey();
	if (!location.hash) go(FIRST);
}
