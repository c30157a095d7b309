// The stream of a table's changes.
import { call } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { refresh } from "../frame/router.js";
import { button } from "../parts/button.js";
import { confirmDialog } from "../parts/dialog.js";
import { selectField } from "../parts/field.js";
import { words } from "../parts/format.js";
import { facts, section } from "../parts/state.js";

const views = [["NEW_AND_OLD_IMAGES", "New and old images"], ["NEW_IMAGE", "New image"], ["OLD_IMAGE", "Old image"], ["KEYS_ONLY", "Keys only"]];

const set = (table, StreamSpecification) => call("UpdateTable", { TableName: table.TableName, StreamSpecification });

async function turnOff(table) {
	const done = await confirmDialog({ title: "Turn the stream off?", text: "What is in it can be read for another 24 hours. Triggers on it end.", action: "Turn off", run: () => set(table, { StreamEnabled: false }) });
	if (done) refresh();
}

export function streamTab(place, table) {
	if (table.StreamSpecification?.StreamEnabled) {
		place.append(section("Stream", { actions: button("Turn off", () => turnOff(table), { kind: "danger" }) },
			facts([["Records hold", words(table.StreamSpecification.StreamViewType)], ["Label", table.LatestStreamLabel], ["ARN", h("code", null, table.LatestStreamArn)]])));
		return;
	}
	const view = selectField("Records hold", views);
	place.append(section("Stream", { note: "off" }, h("p", null, "A stream keeps the changes of the last 24 hours, in order, for programs and triggers to read."), view.element,
		h("div", null, button("Turn on", async () => {
			await set(table, { StreamEnabled: true, StreamViewType: view.value });
			refresh();
		}, { kind: "primary" }))));
}
