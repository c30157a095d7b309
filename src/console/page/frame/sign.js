// AWS Signature Version 4 by WebCrypto. The secret access key is seen here only while its signing key is
// made; that is kept as a key which scripts cannot read, for a day and a region.

const encoder = new TextEncoder();
const HMAC = { name: "HMAC", hash: "SHA-256" };

// Browsers have WebCrypto only for pages that nobody on the way can have changed.
export const canSign = Boolean(globalThis.crypto?.subtle);

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const importKey = (bytes) => crypto.subtle.importKey("raw", bytes, HMAC, false, ["sign"]);
const hmac = (key, text) => crypto.subtle.sign("HMAC", key, encoder.encode(text));
const sha256 = async (text) => hex(await crypto.subtle.digest("SHA-256", encoder.encode(text)));

// 20260131T235959Z
function stamp(ms) {
	return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
}

async function deriveKey(firstKey, day, region) {
	let key = firstKey;
	for (const part of [day, region, "dynamodb", "aws4_request"]) key = await importKey(await hmac(key, part));
	return key;
}

async function canonicalHash(headers, body) {
	const names = Object.keys(headers).sort();
	const lines = names.map((name) => `${name}:${headers[name].trim()}\n`).join("");
	return { names: names.join(";"), hash: await sha256(`POST\n/\n\n${lines}\n${names.join(";")}\n${await sha256(body)}`) };
}

// A signer for the key: sign(headers, body, ms) adds to `headers`, whose names are in lower case, those of the
// signature. The browser itself sends the header Host.
export async function createSigner({ accessKeyId, secretAccessKey, sessionToken, region }) {
	const firstKey = await importKey(encoder.encode(`AWS4${secretAccessKey}`));
	let signingKey = { day: "" };

	async function keyOf(day) {
		if (signingKey.day !== day) signingKey = { day, key: await deriveKey(firstKey, day, region) };
		return signingKey.key;
	}

	return {
		accessKeyId,
		region,
		async sign(headers, body, ms) {
			const time = stamp(ms);
			const scope = `${time.slice(0, 8)}/${region}/dynamodb/aws4_request`;
			headers["x-amz-date"] = time;
			if (sessionToken) headers["x-amz-security-token"] = sessionToken;
			const { names, hash } = await canonicalHash({ ...headers, host: location.host }, body);
			const key = await keyOf(time.slice(0, 8));
			const signature = hex(await hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash}`));
			headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
		},
	};
}
