// Charts in SVG.
import { h, svg } from "../frame/dom.js";

const WIDTH = 640;
const SMALL = { width: 96, height: 20 };
const MARGIN = { left: 48, right: 8, top: 8, bottom: 20 };

function path(points) {
	return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

// values: numbers of even steps of time, the newest last. The label says them to who does not see.
export function sparkline(values, label) {
	const top = Math.max(...values, 1e-9);
	const step = SMALL.width / Math.max(values.length - 1, 1);
	const points = values.map((value, i) => [i * step, SMALL.height - 1 - (value / top) * (SMALL.height - 2)]);
	return svg("svg", { class: "sparkline", viewBox: `0 0 ${SMALL.width} ${SMALL.height}`, preserveAspectRatio: "none", role: "img", "aria-label": label },
		svg("path", { d: path(points) }));
}

// A round number that is at least the value: 1, 2 or 5 times a power of ten.
function roundUp(value) {
	const power = 10 ** Math.floor(Math.log10(value || 1));
	return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= value) ?? value;
}

function extent(series) {
	const points = series.flatMap((each) => each.points);
	const times = points.map(([ms]) => ms);
	return { from: Math.min(...times), to: Math.max(...times), top: roundUp(Math.max(...points.map(([, value]) => value), 0)) };
}

function axes({ from, to, top }, height, format) {
	const bottom = height - MARGIN.bottom;
	const levels = [0, 0.5, 1].map((part) => ({ y: bottom - part * (bottom - MARGIN.top), text: format(top * part) }));
	const clock = (ms) => new Date(ms).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
	return [
		levels.map(({ y, text }) => [svg("line", { class: "axis", x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: y, y2: y }), svg("text", { x: MARGIN.left - 6, y: y + 4, "text-anchor": "end" }, text)]),
		svg("text", { x: MARGIN.left, y: height - 4 }, clock(from)),
		svg("text", { x: WIDTH - MARGIN.right, y: height - 4, "text-anchor": "end" }, clock(to)),
	];
}

function legend(series, format) {
	return h("ul", { class: "legend" }, series.map((each, i) => {
		const last = each.points.at(-1);
		return h("li", { class: `series-${i % 6}` }, each.name, last && h("span", null, format(last[1])));
	}));
}

// series: [{ name, points: [[ms, value]] }], in order of time. A line's last value stands in the legend.
export function lineChart({ label, series, height = 160, format = String }) {
	const shown = series.filter((each) => each.points.length > 0);
	if (shown.length === 0) return h("figure", { class: "chart" }, h("figcaption", null, label), h("p", { class: "faint" }, "Nothing yet."));
	const range = extent(shown);
	const x = (ms) => MARGIN.left + ((ms - range.from) / Math.max(range.to - range.from, 1)) * (WIDTH - MARGIN.left - MARGIN.right);
	const y = (value) => height - MARGIN.bottom - (value / range.top) * (height - MARGIN.bottom - MARGIN.top);
	return h("figure", { class: "chart" }, h("figcaption", null, label),
		svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label }, axes(range, height, format),
			series.map((each, i) => each.points.length > 0 && svg("path", { class: `line series-${i % 6}`, d: path(each.points.map(([ms, value]) => [x(ms), y(value)])) }))),
		legend(series, format));
}
