// Numbers and times as people read them, in the browser's language.

const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const units = ["B", "kB", "MB", "GB", "TB"];

export function count(number) {
	return number === undefined || number === null ? "–" : whole.format(number);
}

export function plural(number, one, many = `${one}s`) {
	return `${whole.format(number)} ${number === 1 ? one : many}`;
}

export function bytes(number) {
	if (number === undefined || number === null) return "–";
	let size = number;
	let unit = 0;
	while (size >= 1000 && unit < units.length - 1) {
		size /= 1024;
		unit++;
	}
	return `${short.format(size)} ${units[unit]}`;
}

// Of seconds since 1970, as the service gives times, or a Date.
export function time(value) {
	if (value === undefined || value === null) return "–";
	const date = value instanceof Date ? value : new Date(value * 1000);
	return date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

// Of milliseconds.
export function duration(ms) {
	if (ms < 1000) return `${Math.round(ms)} ms`;
	const seconds = ms / 1000;
	if (seconds < 90) return `${short.format(seconds)} s`;
	if (seconds < 5400) return `${short.format(seconds / 60)} min`;
	return seconds < 172800 ? `${short.format(seconds / 3600)} h` : `${short.format(seconds / 86400)} days`;
}

export function ago(seconds) {
	return `${duration(Math.max(0, Date.now() - seconds * 1000))} ago`;
}

// "PAY_PER_REQUEST" as "Pay per request".
export function words(name) {
	const text = String(name ?? "–").replaceAll("_", " ").toLowerCase();
	return text.charAt(0).toUpperCase() + text.slice(1);
}
