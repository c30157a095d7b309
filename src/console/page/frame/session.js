// Who asks: the access key that requests are signed with. It lives in this module's memory alone: neither in a
// storage of the browser nor in a cookie, so that closing or reloading the tab forgets it.
import { createSigner } from "./sign.js";

const changes = new EventTarget();
let signer = null;

export const session = {
	get signed() {
		return signer !== null;
	},
	get accessKeyId() {
		return signer?.accessKeyId;
	},
	// Of the service; known when the page has started.
	region: "us-east-1",
	get signer() {
		return signer;
	},
};

export async function signIn(credentials) {
	signer = await createSigner(credentials);
	session.region = credentials.region;
}

// Without telling anybody.
export function forgetKey() {
	signer = null;
}

export function signOut() {
	forgetKey();
	changes.dispatchEvent(new Event("end"));
}

// Calls when the session has ended, by the person or since the service no longer takes its key.
export function onSessionEnd(run) {
	changes.addEventListener("end", run);
}
