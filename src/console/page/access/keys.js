// Access keys of the roles that the caller may manage.
import { callConsole } from "../frame/api.js";
import { allRows } from "../frame/rows.js";
import { h, replace } from "../frame/dom.js";
import { refresh } from "../frame/router.js";
import { session } from "../frame/session.js";
import { button } from "../parts/button.js";
import { codeView } from "../parts/code.js";
import { confirmDialog, openDialog } from "../parts/dialog.js";
import { ago, plural, time } from "../parts/format.js";
import { grid } from "../parts/grid.js";
import { screenHead } from "../parts/head.js";
import { badge, emptyState } from "../parts/state.js";
import { toast } from "../parts/toast.js";

const kinds = { Active: "good", Inactive: "", Expired: "warn" };
const when = (text) => (text === null || text === "infinity" ? "never" : time(new Date(text)));
const past = (text) => (text === null ? "never" : h("span", { title: when(text) }, ago(Date.parse(text) / 1000)));

function columns(act) {
	return [
		{ title: "Access key ID", width: [14, 1], render: (row) => [row.access_key_id, row.access_key_id === session.accessKeyId && " (yours)"].filter(Boolean).join("") },
		{ title: "Role", width: [7, 1], render: (row) => row.role, compare: (a, b) => (a.role < b.role ? -1 : 1) },
		{ title: "Status", width: [6, 0], render: (row) => badge(row.status, kinds[row.status]), compare: (a, b) => (a.status < b.status ? -1 : 1) },
		{ title: "Session", width: [5, 0.5], render: (row) => row.session_name ?? "" },
		{ title: "Created", width: [7, 0], render: (row) => past(row.created), compare: (a, b) => (a.created < b.created ? -1 : 1) },
		{ title: "Expires", width: [11, 0], render: (row) => when(row.expires) },
		{ title: "Last used", width: [7, 0], render: (row) => past(row.last_used) },
		{ title: "", width: [11.5, 0], render: act },
	];
}

const warning = (row) => (row.access_key_id === session.accessKeyId ? " It is the key that this page signs with: you will be signed out." : "");

function change(row, operation, title, text) {
	return confirmDialog({ title, text: text + warning(row), action: title.split(" ")[0], typed: row.access_key_id.slice(-4), run: async () => {
		await callConsole(operation, { AccessKeyId: row.access_key_id });
		toast("Done.");
		refresh();
	} });
}

const deactivate = (row) => change(row, "DeactivateAccessKey", "Deactivate this key?", `${row.access_key_id} of ${row.role} is refused until SQL activates it again.`);
const remove = (row) => change(row, "DeleteAccessKey", "Delete this key?", `${row.access_key_id} of ${row.role} will be gone for good.`);

function actions(row) {
	return h("span", { class: "row-actions" }, row.status === "Active" && button("Deactivate", () => deactivate(row), { kind: "plain" }), button("Delete", () => remove(row), { kind: "plain" }));
}

// The service makes no credentials for who has but a key.
function howToMake() {
	openDialog({ title: "New access key", body: [h("p", null, "Keys are made and activated in SQL alone, as the role itself or one that administers it: who has found a key by HTTP cannot make itself another."),
		codeView({ SQL: "SELECT * FROM dynamo.create_access_key('role');\nSELECT dynamo.activate_access_key('AKIA...');" })], actions: [{ label: "Close" }] });
}

export const keysScreen = {
	route: "/access-keys",
	title: () => "Access keys",
	nav: { label: "Access keys", icon: "key", section: "Access" },
	async render(root, params, { signal }) {
		const note = h("span", { class: "note", role: "status" });
		const made = grid({ label: "Access keys", columns: columns(actions), rowKey: (row) => row.access_key_id });
		const body = h("div", { class: "stack" }, made.element);
		root.append(screenHead({ title: "Access keys", note, actions: [button("Refresh", refresh, { icon: "refresh" }), button("New access key", howToMake, { icon: "plus" })] }), body);
		const { rows } = await allRows("ListAccessKeys", {}, { signal });
		note.textContent = plural(rows.length, "key");
		made.setRows(rows);
		if (rows.length === 0) replace(body, emptyState({ title: "There are no access keys that you may see", text: "You see those of your role, and of roles that you administer." }));
	},
};
