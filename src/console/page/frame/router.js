// Which screen is shown: the hash of the address, #/tables/Music?tab=indexes.

let routes = [];
let changed = () => {};

function compile(screen) {
	return { screen, parts: screen.route.split("/").filter(Boolean) };
}

function match({ screen, parts }, path) {
	const params = {};
	const required = parts.filter((part) => !part.endsWith("?")).length;
	if (path.length < required || path.length > parts.length) return null;
	for (const [i, part] of parts.entries()) {
		if (part.startsWith(":")) {
			if (path[i] !== undefined) params[part.replace(/^:|\?$/g, "")] = path[i];
		} else if (part !== path[i]) return null;
	}
	return { screen, params };
}

function decode(part) {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

// The screen and the params of a hash; undefined where no screen has it. The first screen that fits wins.
export function find(hash) {
	const [path, query] = hash.replace(/^#/, "").split("?", 2);
	const parts = path.split("/").filter(Boolean).map(decode);
	const found = routes.map((route) => match(route, parts)).find(Boolean);
	if (found) found.params = { ...Object.fromEntries(new URLSearchParams(query ?? "")), ...found.params };
	return found;
}

// A link to a screen, by the parts of its path.
export function href(...parts) {
	return `#/${parts.map((part) => encodeURIComponent(part)).join("/")}`;
}

href.query = (parts, query) => {
	const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
	return href(...parts) + (given.length ? `?${new URLSearchParams(given)}` : "");
};

export function go(link) {
	if (location.hash === link) changed();
	else location.hash = link;
}

// Shows the current screen anew.
export function refresh() {
	changed();
}

export function startRouter(screens, onChange) {
	routes = screens.map(compile);
	changed = onChange;
	addEventListener("hashchange", () => changed());
}
