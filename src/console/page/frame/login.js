// Where one signs in with an access key.
import { h } from "./dom.js";
import { call } from "./api.js";
import { forgetKey, session, signIn } from "./session.js";
import { canSign } from "./sign.js";
import { textField } from "../parts/field.js";
import { errorView } from "../parts/state.js";
import { button } from "../parts/button.js";

function fields() {
	return {
		accessKeyId: textField("Access key ID", { required: true, autocomplete: "username", autofocus: true }),
		secretAccessKey: textField("Secret access key", { required: true, type: "password", autocomplete: "off" }),
		sessionToken: textField("Session token", { hint: "Only of temporary credentials." }),
		region: textField("Region", { value: session.region, required: true }),
	};
}

const insecure = () => h("div", { class: "error", role: "alert" }, h("div", null, h("strong", null, "This address is not secure"),
	h("p", null, "Browsers let a page sign requests only where it came by https, or from this machine. Open the console by https, or as localhost.")));

// Whether the key is one of the service's: what it may do is another question.
const refusals = new Set(["UnrecognizedClientException", "InvalidSignatureException", "IncompleteSignatureException", "MissingAuthenticationTokenException", "ExpiredTokenException", "Unreachable"]);

async function tryKey(form) {
	await signIn(Object.fromEntries(Object.entries(form).map(([name, field]) => [name, field.value.trim()])));
	try {
		await call("ListTables", { Limit: 1 });
	} catch (error) {
		if (!refusals.has(error.name)) return;
		throw error;
	}
}

function missing(form) {
	for (const field of Object.values(form)) field.error("");
	const empty = Object.values(form).find((field) => field.input.required && !field.value.trim());
	empty?.error("This is needed.");
	return empty !== undefined;
}

// The screen; `error` is why the session before has ended, if it is that. Calls `done` when a key is accepted.
export function showLogin(error, done) {
	const form = fields();
	const problem = h("div", null, error && error.name !== "MissingAuthenticationTokenException" && errorView(error));
	const submit = button("Sign in", async () => {
		if (missing(form)) return;
		problem.replaceChildren();
		try {
			await tryKey(form);
			form.secretAccessKey.value = "";
			done();
		} catch (failure) {
			forgetKey();
			problem.replaceChildren(errorView(failure));
		}
	}, { kind: "primary" });
	return h("div", { class: "login" }, h("img", { src: "icon.svg", alt: "", width: 40, height: 40 }), h("h1", { tabindex: "-1" }, "Sign in to dynamo"),
		canSign ? h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit.click(); } }, problem, Object.values(form).map((field) => field.element), submit, h("input", { type: "submit", hidden: true })) : insecure(),
		h("p", { class: "faint" }, "The page signs its requests with the key, and keeps it in this tab's memory alone: reloading the tab forgets it. The region must be the service's own."));
}
