// The API as the measurements speak it: the same bare requests to every peer.
import http from "node:http";
import https from "node:https";

import { signedHeadersOf } from "./signed.mjs";

// Of the secured server, whose certificate is its own.
const certificate = { rejectUnauthorized: false };
const agents = { "http:": new http.Agent({ keepAlive: true, maxSockets: 8 }), "https:": new https.Agent({ keepAlive: true, maxSockets: 8, ...certificate }) };

const unsigned = {
	"Content-Type": "application/x-amz-json-1.0",
	"X-Amz-Date": "20240229T120000Z",
	Authorization: "AWS4-HMAC-SHA256 Credential=local/20240229/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=0",
};

// Requests to the secured server are signed by the key that make bench has made there.
export function headersOf(endpoint, operation, text) {
	if (new URL(endpoint).protocol === "http:")
		return { ...unsigned, "X-Amz-Target": `DynamoDB_20120810.${operation}` };
	const [id, secret] = process.env.BENCH_SECURED_KEY.split("|");
	return signedHeadersOf({ id, secret }, endpoint, operation, text);
}

// The text of the answer.
export function sendRaw(endpoint, operation, body) {
	return new Promise((resolve, reject) => {
		const { protocol } = new URL(endpoint), text = JSON.stringify(body);
		const request = (protocol === "http:" ? http : https).request(endpoint, {
			agent: agents[protocol], method: "POST", headers: headersOf(endpoint, operation, text),
		}, (response) => {
			const chunks = [];
			response.on("data", (chunk) => chunks.push(chunk));
			response.on("end", () => {
				const text = Buffer.concat(chunks).toString();
				if (response.statusCode === 200) resolve(text);
				else reject(new Error(`${operation}: ${response.statusCode} ${text}`));
			});
		});
		request.on("error", reject);
		request.end(text);
	});
}

export async function send(endpoint, operation, body) {
	return JSON.parse(await sendRaw(endpoint, operation, body));
}
