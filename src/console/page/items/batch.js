// Writes of many items: batches of 25, and again what the service has left over.
import { call } from "../frame/api.js";

const BATCH = 25; // BatchWriteItem takes no more
const MOST_BYTES = 8 * 1024 * 1024; // nor much more than this in one request
const PAUSE = 100;
const MOST_TRIES = 8;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function writeBatch(tableName, requests, signal) {
	let left = requests;
	for (let tries = 0; left.length > 0; tries++) {
		if (tries === MOST_TRIES) throw new Error(`The service has left ${left.length} of a batch over, again and again: try later.`);
		if (tries > 0) await pause(PAUSE * 2 ** tries);
		const answer = await call("BatchWriteItem", { RequestItems: { [tableName]: left } }, { signal });
		left = answer.UnprocessedItems?.[tableName] ?? [];
	}
}

function* batches(requests) {
	let batch = [];
	let size = 0;
	for (const request of requests) {
		const length = JSON.stringify(request).length;
		if (batch.length === BATCH || (batch.length > 0 && size + length > MOST_BYTES)) {
			yield batch;
			batch = [];
			size = 0;
		}
		batch.push(request);
		size += length;
	}
	if (batch.length > 0) yield batch;
}

// requests: { PutRequest } or { DeleteRequest }, each of another key. onProgress gets how many are done.
export async function writeAll(tableName, requests, { signal, onProgress } = {}) {
	let done = 0;
	for (const batch of batches(requests)) {
		await writeBatch(tableName, batch, signal);
		done += batch.length;
		onProgress?.(done);
	}
	return done;
}
