// Asks again and again, as long as somebody looks.

const LONGEST = 60000;

const wait = (ms, signal) => new Promise((resolve) => {
	const timer = setTimeout(resolve, ms);
	signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
});

const seen = (signal) => new Promise((resolve) => {
	if (!document.hidden) return resolve();
	const end = () => { document.removeEventListener("visibilitychange", check); resolve(); };
	const check = () => !document.hidden && end();
	document.addEventListener("visibilitychange", check);
	signal.addEventListener("abort", end, { once: true });
});

// Errors after which there is no sense in asking again.
const isFinal = (error) => error.status >= 400 && error.status < 500 && !/Throttl|LimitExceeded|Throughput/.test(error.name);

// Whether the service no longer takes the key: a screen throws such an error, so that the person is asked for another.
export const isLostKey = (error) => /^(MissingAuthenticationToken|UnrecognizedClient|ExpiredToken)Exception$/.test(error.name);

// Runs `run` until the signal aborts, `every` milliseconds after its last end: each time twice as long after an error
// that may pass, which `onError` gets. `run` may return another pause. Ends with any other error, which it throws.
export async function poll(run, { signal, every, onError = () => {} }) {
	let pause = every;
	while (!signal.aborted) {
		try {
			pause = (await run()) ?? every;
		} catch (error) {
			if (signal.aborted) return;
			if (isFinal(error)) throw error;
			onError(error);
			pause = Math.min(pause * 2, LONGEST);
		}
		await wait(pause, signal);
		await seen(signal);
	}
}
