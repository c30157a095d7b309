// Says when the server does not answer, and when it does again.
import { toast } from "../parts/toast.js";

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15000;

// Watches by `onReach`, shows it in `banner`, and asks by `ask` until there is an answer.
export function watchReach(onReach, banner, ask) {
	let away = false;
	let pause = FIRST_PAUSE;

	function retry() {
		setTimeout(async () => {
			pause = Math.min(pause * 2, LONGEST_PAUSE);
			if (away && (await ask()) === null) retry();
		}, pause);
	}

	onReach((reached) => {
		if (reached === !away) return;
		away = !reached;
		banner.hidden = reached;
		banner.textContent = reached ? "" : "The server does not answer. The console asks again until it does; what you have typed stays.";
		if (reached) toast("The server answers again.");
		else {
			pause = FIRST_PAUSE;
			retry();
		}
	});
}
