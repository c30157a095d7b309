-- wrk's requests: wrk -s request.lua URL -- KIND TABLE ITEMS [FILE]. FILE has the start key of each page of a scan, a
-- line each, or, of the kind Prepared, the requests: target, date, authorization and body with tabs between. Prints one line of figures:
-- requests a second, p50 and p99 in microseconds, requests that failed, requests in all.
local started, table_name, items
local pages = {}

local function key(number)
	return string.format('"Artist":{"S":"artist%08d"},"SongTitle":{"S":"song%08d"}', number, number)
end

local rest = ',"Album":{"S":"Somewhat Famous"},"Year":{"N":"1999"},"Price":{"N":"1.98"},"Live":{"BOOL":false},'
	.. '"Genres":{"SS":["Country","Rock"]},"Takes":{"L":[{"N":"1"},{"N":"2"}]},"Notes":{"S":"' .. string.rep("x", 260) .. '"}'

local addition = '"UpdateExpression":"SET Plays = if_not_exists(Plays, :zero) + :one",'

local function on_table(members)
	return '{"TableName":"' .. table_name .. '",' .. members .. '}'
end

local function of_item(number, members)
	return on_table('"Key":{' .. key(number) .. '}' .. (members and "," .. members or ""))
end

local function transact_update(number)
	return '{"Update":' .. of_item(number, addition
		.. '"ExpressionAttributeValues":{":zero":{"N":"0"},":one":{"N":"1"}}') .. '}'
end

-- Of 25 different items, far from each other.
local function batch(number, make)
	local all = {}
	for i = 1, 25 do
		all[i] = make((number + i * 397) % items)
	end
	return table.concat(all, ",")
end

-- SDKs give every transaction a token of its own.
local transactions = 0

-- The operation and its body, given a random item's number.
local kinds = {
	GetItem = { "GetItem", of_item },
	PutItem = { "PutItem", function(number)
		return on_table('"Item":{' .. key(number) .. rest .. '}')
	end },
	UpdateItem = { "UpdateItem", function(number)
		return of_item(number, addition .. '"ConditionExpression":"attribute_exists(Artist) AND Price < :most",'
			.. '"ExpressionAttributeValues":{":zero":{"N":"0"},":one":{"N":"1"},":most":{"N":"100"}}')
	end },
	QueryOne = { "Query", function(number)
		return on_table(string.format('"KeyConditionExpression":"Artist = :a AND begins_with(SongTitle, :s)",'
			.. '"ExpressionAttributeValues":{":a":{"S":"artist%08d"},":s":{"S":"song"}}', number))
	end },
	QueryHundred = { "Query", function(number)
		return on_table(string.format('"KeyConditionExpression":"Artist = :a",'
			.. '"ExpressionAttributeValues":{":a":{"S":"artist%08d"}}', math.floor(number / 100)))
	end },
	Scan = { "Scan", function()
		local page = pages[math.random(#pages)]
		return on_table(page == "" and '"Select":"ALL_ATTRIBUTES"' or '"ExclusiveStartKey":' .. page)
	end },
	BatchGetItem = { "BatchGetItem", function(number)
		return '{"RequestItems":{"' .. table_name .. '":{"Keys":[' .. batch(number, function(each)
			return '{' .. key(each) .. '}'
		end) .. ']}}}'
	end },
	BatchWriteItem = { "BatchWriteItem", function(number)
		return '{"RequestItems":{"' .. table_name .. '":[' .. batch(number, function(each)
			return '{"PutRequest":{"Item":{' .. key(each) .. rest .. '}}}'
		end) .. ']}}'
	end },
	TransactWriteItems = { "TransactWriteItems", function(number)
		transactions = transactions + 1
		return string.format('{"ClientRequestToken":"%s-%d","TransactItems":[', started, transactions)
			.. transact_update(number) .. ',' .. transact_update((number + 1) % items) .. ']}'
	end },
	ExecuteStatement = { "ExecuteStatement", function(number)
		return string.format([[{"Statement":"SELECT * FROM \"%s\" WHERE Artist = ? AND SongTitle = ?",]]
			.. [["Parameters":[{"S":"artist%08d"},{"S":"song%08d"}]}]], table_name, number, number)
	end },
}

local make
local prepared = {}

-- The Host header is there by now.
local function prepare(file)
	for line in io.lines(file) do
		local target, date, authorization, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
		table.insert(prepared, wrk.format("POST", "/", { Host = wrk.headers.Host, ["Content-Type"] = "application/x-amz-json-1.0",
			["X-Amz-Target"] = target, ["X-Amz-Date"] = date, Authorization = authorization }, body))
	end
end

function init(args)
	if args[1] == "Prepared" then
		math.randomseed(os.time())
		prepare(args[4])
		return
	end
	wrk.headers["X-Amz-Target"] = "DynamoDB_20120810." .. kinds[args[1]][1]
	make = kinds[args[1]][2]
	table_name, items = args[2], tonumber(args[3])
	if args[4] then
		for line in io.lines(args[4]) do
			table.insert(pages, line)
		end
	end
	started = string.format("%d-%s", os.time(), tostring({}):sub(8))
	math.randomseed(os.time())
	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/x-amz-json-1.0"
	wrk.headers["X-Amz-Date"] = "20240229T120000Z"
	wrk.headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=local/20240229/us-east-1/dynamodb/aws4_request, "
		.. "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0"
end

function request()
	if not make then
		return prepared[math.random(#prepared)]
	end
	return wrk.format(nil, nil, nil, make(math.random(0, items - 1)))
end

function done(summary, latency)
	local errors = summary.errors
	io.write(string.format("figures %.0f %.0f %.0f %d %d\n", summary.requests / summary.duration * 1e6,
		latency:percentile(50), latency:percentile(99),
		errors.connect + errors.read + errors.write + errors.status + errors.timeout, summary.requests))
end
