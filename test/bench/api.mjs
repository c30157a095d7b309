// The API as the measurements speak it: the same bare requests to every peer.
import http from "node:http";

const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

const headers = {
	"Content-Type": "application/x-amz-json-1.0",
	"X-Amz-Date": "20240229T120000Z",
	Authorization: "AWS4-HMAC-SHA256 Credential=local/20240229/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=0",
};

// The text of the answer.
export function sendRaw(endpoint, operation, body) {
	return new Promise((resolve, reject) => {
		const request = http.request(endpoint, {
			agent, method: "POST", headers: { ...headers, "X-Amz-Target": `DynamoDB_20120810.${operation}` },
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
		request.end(JSON.stringify(body));
	});
}

export async function send(endpoint, operation, body) {
	return JSON.parse(await sendRaw(endpoint, operation, body));
}
