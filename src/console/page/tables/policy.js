// The resource policy of a table.
import { call } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { refresh } from "../frame/router.js";
import { button } from "../parts/button.js";
import { confirmDialog } from "../parts/dialog.js";
import { areaField } from "../parts/field.js";
import { section } from "../parts/state.js";
import { toast } from "../parts/toast.js";

const NONE = "PolicyNotFoundException";

async function read(ResourceArn, signal) {
	try {
		return await call("GetResourcePolicy", { ResourceArn }, { signal });
	} catch (error) {
		if (error.name === NONE) return null;
		throw error;
	}
}

// As it is written where it cannot be read.
function pretty(text) {
	try {
		return JSON.stringify(JSON.parse(text), null, 2);
	} catch {
		return text;
	}
}

async function remove(ResourceArn) {
	const done = await confirmDialog({ title: "Delete the policy?", text: "What the policy has allowed and denied ends.", action: "Delete policy", run: () => call("DeleteResourcePolicy", { ResourceArn }) });
	if (done) refresh();
}

export async function policyTab(place, table, { signal }) {
	const ResourceArn = table.TableArn;
	const now = await read(ResourceArn, signal);
	const text = areaField("Policy", { value: now ? pretty(now.Policy) : "", rows: 16, hint: "JSON in AWS's policy language; docs/policies.md has what is judged.", placeholder: "There is no policy." });
	// The revision is the one that was read, so that another's change since then is not overwritten.
	const save = async () => {
		await call("PutResourcePolicy", { ResourceArn, Policy: text.value, ExpectedRevisionId: now?.RevisionId ?? "NO_POLICY" });
		toast("The policy is saved.");
		refresh();
	};
	place.append(section("Resource policy", { actions: now && button("Delete", () => remove(ResourceArn), { kind: "danger", icon: "trash" }), note: now ? `revision ${now.RevisionId}` : "none" }, text.element, h("div", null, button("Save", save, { kind: "primary" }))));
}
