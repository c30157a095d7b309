// Line icons of 16 by 16, in the colour of the text around them. Screen readers pass them by.
import { svg } from "../frame/dom.js";

const paths = {
	table: "M2 3.5h12v9H2zM2 6.5h12M6.5 6.500v6",
	items: "M2 4h2M6 4h8M2 8h2M6 8h8M2 12h2M6 12h8",
	query: "M3 4l3.5 4L3 12M8 12h5",
	stream: "M1.5 5c2-2 4-2 6.5 0s4.5 2 6.5 0M1.5 11c2-2 4-2 6.5 0s4.5 2 6.5 0",
	trigger: "M9 1.500L3.5 9H8l-1 5.500L12.5 7H8z",
	chart: "M2 13.500h12M4 11V8M8 11V3M12 11V6",
	backup: "M2.5 8a5.5 5.5 0 1 0 1.7-4M2.5 2v3h3M8 5v3l2 1.5",
	key: "M6.5 9.500a3 3 0 1 1 1-1L14 2.500M11 5.500l2 2",
	policy: "M8 1.500l5.5 2v4c0 3.5-2.5 6-5.5 7-3-1-5.5-3.5-5.5-7v-4zM5.5 8l2 2 3-3.5",
	search: "M7 12A5 5 0 1 1 7 2a5 5 0 0 1 0 10zM10.6 10.600L14 14",
	plus: "M8 3v10M3 8h10",
	close: "M4 4l8 8M12 4l-8 8",
	copy: "M5.5 5.500h8v8h-8zM10.5 5.500v-3h-8v8h3",
	edit: "M3 13l.6-3L10.5 3l2.5 2.500L6 12.400z",
	trash: "M3 4.500h10M6 4.500v-2h4v2M4.5 4.500l.5 9h6l.5-9",
	refresh: "M13 8a5 5 0 1 1-1.5-3.600M13 2v3h-3",
	columns: "M2 3h12v10H2zM6 3v10M10 3v10",
	download: "M8 2v8M5 7.500L8 10.500l3-3M3 13.500h10",
	upload: "M8 10.500v-8M5 5.500l3-3 3 3M3 13.500h10",
	more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
	theme: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
	menu: "M2 4h12M2 8h12M2 12h12",
	user: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 14c.5-3 2.5-4.5 5.5-4.500s5 1.5 5.5 4.5",
	warning: "M8 2l6.5 11.500h-13zM8 6.500v3M8 11.500v.01",
	check: "M3 8.500l3.5 3.500L13 4.5",
	left: "M10 3L5 8l5 5",
	right: "M6 3l5 5-5 5",
	down: "M3 6l5 5 5-5",
	play: "M5 3l7.5 5L5 13z",
};

export function icon(name) {
	return svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" }, svg("path", { d: paths[name] }));
}
