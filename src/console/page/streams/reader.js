// Reads a stream as it grows: some of its shards at a time, each from where the last read ended.
import { call } from "../frame/api.js";

// Of a stream of thousands of shards as many are followed; the rest when those end.
const MOST_SHARDS = 64;
const AT_ONCE = 4;
const MOST_RECORDS = 200; // of one read

const QUICK = 700;
const SLOWEST = 8000;

export class StreamReader {
	// onRecords gets lists of records in the order of a shard; onShards the numbers { followed, open }.
	constructor(arn, { signal, onRecords, onShards }) {
		Object.assign(this, { arn, signal, onRecords, onShards, pause: QUICK, shards: new Map(), seen: new Set(), start: "LATEST" });
	}

	// All shards from `start`: "LATEST", or "TRIM_HORIZON", the oldest record that there is.
	restart(start) {
		this.start = start;
		this.shards.clear();
		this.seen.clear();
		this.pause = QUICK;
		this.described = false;
	}

	async describe() {
		let last;
		let open = 0;
		do {
			const { StreamDescription: part } = await call("DescribeStream", { StreamArn: this.arn, ExclusiveStartShardId: last }, { signal: this.signal });
			for (const shard of part.Shards) {
				const ended = shard.SequenceNumberRange.EndingSequenceNumber !== undefined;
				open += ended ? 0 : 1;
				this.add(shard, ended);
			}
			this.status = part.StreamStatus;
			last = part.LastEvaluatedShardId;
		} while (last !== undefined);
		this.described = true;
		this.onShards({ followed: this.shards.size, open, status: this.status });
	}

	// A shard that has come since the start is read from its beginning: its records are new.
	add(shard, ended) {
		if (this.seen.has(shard.ShardId) || this.shards.size >= MOST_SHARDS) return;
		if (ended && this.start === "LATEST" && !this.described) {
			this.seen.add(shard.ShardId);
			return;
		}
		this.seen.add(shard.ShardId);
		this.shards.set(shard.ShardId, { id: shard.ShardId, type: this.described ? "TRIM_HORIZON" : this.start });
	}

	async iterator(shard) {
		const after = shard.last && { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: shard.last };
		const answer = await call("GetShardIterator", { StreamArn: this.arn, ShardId: shard.id, ShardIteratorType: shard.type, ...after }, { signal: this.signal });
		return answer.ShardIterator;
	}

	// How many records there were. A shard without a next iterator has ended.
	async readShard(shard) {
		shard.iterator ??= await this.iterator(shard);
		try {
			const answer = await call("GetRecords", { ShardIterator: shard.iterator, Limit: MOST_RECORDS }, { signal: this.signal });
			shard.iterator = answer.NextShardIterator;
			shard.last = answer.Records.at(-1)?.dynamodb.SequenceNumber ?? shard.last;
			if (answer.Records.length) this.onRecords(answer.Records, shard.id);
			if (!shard.iterator) this.end(shard);
			return answer.Records.length;
		} catch (error) {
			return this.recover(shard, error);
		}
	}

	// An iterator is good for minutes, which a hidden tab outlasts; records that have gone are passed over.
	recover(shard, error) {
		shard.iterator = undefined;
		if (error.name === "ExpiredIteratorException") return 0;
		if (error.name !== "TrimmedDataAccessException") throw error;
		shard.last = undefined;
		shard.type = "TRIM_HORIZON";
		return 0;
	}

	end(shard) {
		this.shards.delete(shard.id);
		this.ended = true;
	}

	// One round over the shards; returns how long to wait for the next.
	async round() {
		if (!this.described || this.ended) {
			await this.describe();
			this.ended = false;
		}
		const shards = [...this.shards.values()];
		let found = 0;
		for (let i = 0; i < shards.length; i += AT_ONCE) {
			const counts = await Promise.all(shards.slice(i, i + AT_ONCE).map((shard) => this.readShard(shard)));
			found += counts.reduce((a, b) => a + b, 0);
		}
		this.pause = found > 0 ? QUICK : Math.min(this.pause * 1.5, SLOWEST);
		return this.pause;
	}
}
