-- wrk's requests: wrk -s request.lua URL -- OPERATION ITEMS. Prints one line of
-- figures: requests a second, p50 and p99 in microseconds, requests that failed.
local operation, items, started

local function key(number)
	return string.format('"Artist":{"S":"artist%08d"},"SongTitle":{"S":"song%08d"}', number, number)
end

local rest = ',"Album":{"S":"Somewhat Famous"},"Year":{"N":"1999"},"Price":{"N":"1.98"},"Live":{"BOOL":false},'
	.. '"Genres":{"SS":["Country","Rock"]},"Takes":{"L":[{"N":"1"},{"N":"2"}]},"Notes":{"S":"' .. string.rep("x", 260) .. '"}'

local addition = '"UpdateExpression":"SET Plays = if_not_exists(Plays, :zero) + :one",'
	.. '"ExpressionAttributeValues":{":zero":{"N":"0"},":one":{"N":"1"}}'

local function update(number)
	return '{"Update":{"TableName":"Bench","Key":{' .. key(number) .. '},' .. addition .. '}}'
end

-- SDKs give every transaction a token of its own.
local transactions = 0

local bodies = {
	GetItem = function(number)
		return '{"TableName":"Bench","Key":{' .. key(number) .. '}}'
	end,
	PutItem = function(number)
		return '{"TableName":"Bench","Item":{' .. key(number) .. rest .. '}}'
	end,
	UpdateItem = function(number)
		return '{"TableName":"Bench","Key":{' .. key(number) .. '},' .. addition .. '}'
	end,
	TransactWriteItems = function(number)
		transactions = transactions + 1
		return string.format('{"ClientRequestToken":"%d-%d","TransactItems":[', started, transactions)
			.. update(number) .. ',' .. update((number + 1) % items) .. ']}'
	end,
	Query = function(number)
		return string.format('{"TableName":"Bench","KeyConditionExpression":"Artist = :a AND begins_with(SongTitle, :s)",'
			.. '"ExpressionAttributeValues":{":a":{"S":"artist%08d"},":s":{"S":"song"}}}', number)
	end,
}

function init(args)
	operation, items = args[1], tonumber(args[2])
	started = os.time()
	math.randomseed(42)
	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/x-amz-json-1.0"
	wrk.headers["X-Amz-Target"] = "DynamoDB_20120810." .. operation
	wrk.headers["X-Amz-Date"] = "20240229T120000Z"
	wrk.headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=local/20240229/us-east-1/dynamodb/aws4_request, "
		.. "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0"
end

function request()
	return wrk.format(nil, nil, nil, bodies[operation](math.random(0, items - 1)))
end

function done(summary, latency)
	local errors = summary.errors
	io.write(string.format("figures %.0f %.0f %.0f %d\n", summary.requests / summary.duration * 1e6,
		latency:percentile(50), latency:percentile(99),
		errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
