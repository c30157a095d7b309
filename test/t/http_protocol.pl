# The HTTP API as the wire shows it: what the service's clients rely on.
use strict;
use warnings;

use Compress::Zlib qw(MAX_WBITS compress crc32 deflateInit memGunzip memGzip uncompress);
use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(decode_json encode_json);
use Test::More;

my $server = DynamoServer->new('protocol')->start;
my $coral = 'com.amazon.coral.service';

sub request_text { return DynamoServer::request_text(@_); }
sub read_answer { return DynamoServer::read_answer(@_); }

# An answer's headers.
my $limits = $server->request('DescribeLimits', '{}');
is($limits->{status}, 200, 'an operation answers');
ok(decode_json($limits->{body})->{AccountMaxReadCapacityUnits}, 'with its response');
is($limits->{headers}{'content-type'}, 'application/x-amz-json-1.0', 'as AWS JSON 1.0');
like($limits->{headers}{'x-amzn-requestid'}, qr/^[0-9A-Z]{52}$/, 'with a request id');
is($limits->{headers}{'x-amz-crc32'}, crc32($limits->{body}), "with the body's checksum");
isnt($server->request('DescribeLimits', '{}')->{headers}{'x-amzn-requestid'},
	$limits->{headers}{'x-amzn-requestid'}, 'another request has another id');

is($server->call('DescribeEndpoints', {})->{Endpoints}[0]{Address}, 'localhost',
	'a client is told the address that it used');
is($server->sql("SELECT dynamo.describe_endpoints('{}') #>> '{Endpoints,0,Address}'"), 'localhost:' . $server->port,
	'a session, which used none, the first that is listened on');

# The health check.
{
	my $socket = $server->connect;
	print $socket "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
	my $answer = read_answer($socket);
	is($answer->{status}, 200, 'GET / is the health check');
	is($answer->{body}, 'healthy: dynamodb.us-east-1.amazonaws.com ', 'in the words of the service');
	is($answer->{headers}{'x-amz-crc32'}, 3128867991, 'and with its checksum');

	$socket = $server->connect;
	print $socket "HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	my $all = do { local $/; <$socket> };
	like($all, qr{\AHTTP/1.1 200 .*Content-Length: 42\r\n(.*\r\n)?\r\n\z}s, 'HEAD / is answered without a body');
}

# A client gets the type of JSON that it sends.
for my $type ('application/x-amz-json-1.1', 'application/json', 'application/x-amz-json-1.0')
{
	my $answer = $server->request('DescribeLimits', '{}', 'Content-Type' => $type);
	is($answer->{headers}{'content-type'}, $type, "$type is answered in kind");
}
is($server->request('DescribeLimits', '{}', 'Content-Type' => $_)->{status}, 200, 'with a target, any type is served')
	for undef, 'application/x-www-form-urlencoded', 'text/plain';

# Targets.
for my $target ('DynamoDB_20120810.NoSuchOperation', 'DynamoDBStreams_20120810.GetItem',
	'DynamoDB_20111205.PutItem', 'DynamoDB_20120810.', 'PutItem', '', undef)
{
	my $answer = $server->request('', '{}', 'X-Amz-Target' => $target);
	my $name = $target // 'none';
	is($answer->{status}, 400, "target '$name' is refused");
	is_deeply(decode_json($answer->{body}), { __type => "$coral#UnknownOperationException" },
		'as an unknown operation');
}
{
	my $answer = $server->request('', 'x', 'X-Amz-Target' => undef, 'Content-Type' => undef);
	is($answer->{status}, 404, 'what does not even speak JSON is not found');
	is($answer->{body}, "<UnknownOperationException/>\n", 'in the words of the service');
}
for my $line ('PUT / HTTP/1.1', 'DELETE / HTTP/1.1', 'get / HTTP/1.1', 'GET /somewhere HTTP/1.1', 'POST /a/b HTTP/1.1',
	'POST // HTTP/1.1', 'POST /%2F HTTP/1.1', 'POST ?/ HTTP/1.1', 'OPTIONS * HTTP/1.1', 'GET http://localhost/a HTTP/1.1',
	'POST /' . 'a' x 200 . ' HTTP/1.1')
{
	my $socket = $server->connect;
	print $socket "$line\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.DescribeLimits\r\n"
		. "Content-Length: 2\r\n\r\n{}";
	is(read_answer($socket)->{status}, 404, "$line is not found");
}

for my $target ('/?a', '/?/b', 'http://localhost', 'http://localhost/', 'http://localhost?a')
{
	my $socket = $server->connect;
	print $socket "POST $target HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.DescribeLimits\r\n"
		. "Content-Length: 2\r\n\r\n{}";
	is(read_answer($socket)->{status}, 200, "$target is the root");
}

# Bodies that are no request.
for my $body ('', '{', '[]', '{"a":1} x', "{\"a\":\"\xff\"}", 'null')
{
	my $answer = $server->request('DescribeLimits', $body);
	is($answer->{status}, 400, "body '" . unpack('H*', $body) . "' is refused");
	is(decode_json($answer->{body})->{__type}, "$coral#SerializationException", 'as no request');
}

# An exception of an operation.
{
	my $answer = $server->request('DescribeTable', '{"TableName":"NoSuchTable"}');
	is($answer->{status}, 400, 'an exception has its status');
	is_deeply(decode_json($answer->{body}), {
		__type => 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
		message => 'Requested resource not found: Table: NoSuchTable not found' },
		'its type and its message');
	is($answer->{headers}{'x-amz-crc32'}, crc32($answer->{body}), 'and a checksum');
	is(decode_json($server->request('DescribeTable', '{"TableName":1}')->{body})->{Message},
		'NUMBER_VALUE cannot be converted to String', 'Coral spells Message with a capital');
}

# Operations without output.
$server->create_table('Tagged');
for my $change ([ TagResource => '"Tags":[{"Key":"k","Value":"v"}]' ], [ UntagResource => '"TagKeys":["k"]' ])
{
	my ($operation, $members) = @$change;
	my $answer = $server->request($operation,
		qq({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/Tagged",$members}));
	is($answer->{status}, 200, "$operation is answered");
	is($answer->{headers}{'content-length'}, 0, 'by an empty body');
	is($answer->{headers}{'x-amz-crc32'}, 0, 'which has a checksum too');
}

# Keep-alive, pipelining, chunks.
{
	my $socket = $server->connect;
	for (1 .. 3)
	{
		print $socket request_text('DescribeLimits', '{}');
		my $answer = read_answer($socket);
		is($answer->{status}, 200, "request $_ of one connection");
		is(lc $answer->{headers}{connection}, 'keep-alive', 'which stays open');
	}
	print $socket request_text('DescribeLimits', '{}', 'Connection' => 'close');
	is(read_answer($socket)->{status}, 200, 'the last request of a connection');
	ok(DynamoServer::is_closed($socket), 'is the last');
}
{
	my $socket = $server->connect;
	print $socket join '', map { request_text($_, '{}') } ('DescribeLimits', 'Nonsense') x 50;
	my @statuses = map { read_answer($socket)->{status} } 1 .. 100;
	is_deeply(\@statuses, [ (200, 400) x 50 ], 'pipelined requests are answered in their order');
}
{
	my $socket = $server->connect;
	print $socket request_text('DescribeTable', '', 'Content-Length' => undef,
		'Transfer-Encoding' => 'chunked');
	print $socket "d\r\n{\"TableName\":\r\n";
	print $socket "9\r\n\"Chunky\"}\r\n0\r\n\r\n";
	like(read_answer($socket)->{body}, qr/Table: Chunky not found/, 'a body of chunks is one body');
	print $socket request_text('DescribeLimits', '{}');
	is(read_answer($socket)->{status}, 200, 'and the connection goes on behind it');

	# libmicrohttpd 1.0.1 takes the end of the extension for data, and finds that chunk broken.
	print $socket request_text('DescribeTable', '', 'Content-Length' => undef, 'Transfer-Encoding' => 'chunked')
		. "16;ignored=1\r\n{\"TableName\":\"Chunky\"}\r\n0\r\n\r\n";
	my $answer = read_answer($socket);
	ok($answer->{body} =~ /Table: Chunky not found/ || ($answer->{status} == 400 && $answer->{headers}{connection} eq 'close'),
		'an extension of a chunk is ignored, or refused');
}
{
	my $socket = $server->connect;
	my $text = request_text('DescribeLimits', '{}', 'Expect' => '100-continue');
	print $socket substr($text, 0, -2);
	is(read_answer($socket)->{status}, 100, 'Expect: 100-continue is answered');
	print $socket '{}';
	is(read_answer($socket)->{status}, 200, 'before the request');
}
{
	my $socket = $server->connect;
	print $socket "POST / HTTP/1.0\r\nX-Amz-Target: DynamoDB_20120810.DescribeLimits\r\n"
		. "Content-Length: 2\r\n\r\n{}";
	is(read_answer($socket)->{status}, 200, 'HTTP/1.0 is answered');
	ok(DynamoServer::is_closed($socket), 'and closed');
}

# Heads that others could read in another way are refused, and end the connection.
sub sent
{
	my (@pieces) = @_;
	my $socket = $server->connect;

	print $socket @pieces;
	my $answer = read_answer($socket);
	return $answer ? $answer->{status} . (DynamoServer::is_closed($socket) ? ' closed' : '') : 'none';
}
my $post = "POST / HTTP/1.1\r\n";
my $host = "Host: localhost\r\n";
my $target = "X-Amz-Target: DynamoDB_20120810.DescribeLimits\r\n";
my $chunks = "2\r\n{}\r\n0\r\n\r\n";
my %refused = (
	'Content-Length beside Transfer-Encoding' =>
		"$post$host${target}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n$chunks",
	'the other way round' => "$post$host${target}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n$chunks",
	'equal Content-Lengths' => "$post$host${target}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
	'two Content-Lengths' => "$post$host${target}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
	'a list of Content-Lengths' => "$post$host${target}Content-Length: 2, 2\r\n\r\n{}",
	'a signed Content-Length' => "$post$host${target}Content-Length: +2\r\n\r\n{}",
	'a hexadecimal Content-Length' => "$post$host${target}Content-Length: 0x2\r\n\r\n{}",
	'an empty Content-Length' => "$post$host${target}Content-Length:\r\n\r\n{}",
	'two Transfer-Encodings' =>
		"$post$host${target}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n$chunks",
	'Transfer-Encoding in HTTP/1.0' => "POST / HTTP/1.0\r\n$host${target}Transfer-Encoding: chunked\r\n\r\n$chunks",
	'no Host' => "$post${target}Content-Length: 2\r\n\r\n{}",
	'two Hosts' => "$post$host$host${target}Content-Length: 2\r\n\r\n{}",
	'no Host with an absolute target' => "POST http://localhost/ HTTP/1.1\r\n${target}Content-Length: 2\r\n\r\n{}",
	'a blank before a colon' => "$post$host${target}Content-Length : 2\r\n\r\n{}",
	'a tab before a colon' => "$post$host${target}Content-Length\t: 2\r\n\r\n{}",
	'a line without a name' => "$post$host$target: x\r\nContent-Length: 2\r\n\r\n{}",
	'a blank before the first header' => "$post Host: localhost\r\n${target}Content-Length: 2\r\n\r\n{}",
	'a folded header' => "$post$host${target}A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}",
	'a folded Content-Length' => "$post$host${target}Content-Length:\r\n 2\r\n\r\n{}",
	'a bare LF' => "$post$host${target}A: b\nContent-Length: 2\r\n\r\n{}",
	'a bare LF behind the request line' => "POST / HTTP/1.1\n$host${target}Content-Length: 2\r\n\r\n{}",
	'a bare LF before the body' => "$post$host${target}Content-Length: 2\r\n\n{}",
	'a bare CR' => "$post$host${target}A: b\rc\r\nContent-Length: 2\r\n\r\n{}",
	'NUL in a header' => "$post$host${target}A: b\0c\r\nContent-Length: 2\r\n\r\n{}",
	'NUL in the name of a header' => "$post$host${target}A\0b: c\r\nContent-Length: 2\r\n\r\n{}",
	'NUL in the last header' => "$post$host${target}Content-Length: 2\0\r\n\r\n{}",
	'NUL in the target' => "POST /\0 HTTP/1.1\r\n$host${target}Content-Length: 2\r\n\r\n{}",
	'NUL in the method' => "POST\0 / HTTP/1.1\r\n$host${target}Content-Length: 2\r\n\r\n{}",
	'two blanks in the request line' => "POST  / HTTP/1.1\r\n$host${target}Content-Length: 2\r\n\r\n{}",
	'a head over 16 KB' => "$post$host${target}A: " . 'b' x 16384 . "\r\nContent-Length: 2\r\n\r\n{}",
	'a request line over 16 KB' => 'POST /?' . 'b' x 16384 . " HTTP/1.1\r\n$host${target}Content-Length: 2\r\n\r\n{}",
	'more than 100 headers' => "$post$host$target" . "A: b\r\n" x 98 . "Content-Length: 2\r\n\r\n{}");
# libmicrohttpd 1.0 closes at a NUL in the request line, and takes a blank behind "chunked".
like(sent($refused{$_}), /NUL in the (method|target)/ ? qr/^(400 closed|none)$/ : qr/^400 closed$/, "$_: refused")
	for sort keys %refused;
like(sent("$post$host${target}Transfer-Encoding: chunked \r\nConnection: close\r\n\r\n$chunks"), qr/^(400|200) closed$/,
	'a blank behind chunked is refused, or no part of it');
like(sent("$post$host${target}Transfer-Encoding: gzip, chunked\r\n\r\n$chunks"), qr/^(400|501) closed$/,
	'codings beside chunks are not known');
is(sent("POST / HTTP/2.0\r\n$host$target\r\n"), '505 closed', 'nor is HTTP/2');
like(sent("$post$host${target}A: " . 'b' x 60000 . "\r\nContent-Length: 2\r\n\r\n{}"), qr/^431 closed/, 'far too large a head');
like(sent('POST /' . 'b' x 60000 . " HTTP/1.1\r\n$host$target\r\n"), qr/^414 closed/, 'far too long a target');

# A refused head says nothing to the requests before it.
{
	my $socket = $server->connect;
	print $socket request_text('DescribeLimits', '{}'), $refused{'two Hosts'}, request_text('DescribeLimits', '{}');
	is(read_answer($socket)->{status}, 200, 'a request before a refused one is answered');
	is(read_answer($socket)->{status}, 400, 'before the refusal');
	ok(DynamoServer::is_closed($socket), 'and nothing behind it is');
}

# What looks odd and is sound.
my %sound = (
	'blanks around values' => "${post}Host: \t localhost\t \r\n${target}Content-Length:  2\r\n\r\n{}",
	'a value without a blank' => "$post$host${target}Content-Length:2\r\n\r\n{}",
	'names in any case' => "${post}hOST: localhost\r\nx-aMZ-tARGET: DynamoDB_20120810.DescribeLimits\r\ncONTENT-lENGTH: 2\r\n\r\n{}",
	'Chunked in any case' => "$post$host${target}Transfer-Encoding: Chunked\r\n\r\n$chunks",
	'trailers' => "$post$host${target}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nA: b\r\n\r\n",
	'the absolute form' => "POST http://elsewhere:8000/ HTTP/1.1\r\n$host${target}Content-Length: 2\r\n\r\n{}",
	'the absolute form without a path' => "POST HTTP://elsewhere HTTP/1.1\r\n$host${target}Content-Length: 2\r\n\r\n{}",
	'a query' => "POST /?a=b%20c HTTP/1.1\r\n$host${target}Content-Length: 2\r\n\r\n{}",
	'an empty line before the request' => "\r\n$post$host${target}Content-Length: 2\r\n\r\n{}",
	'100 headers' => "$post$host$target" . "A: b\r\n" x 97 . "Content-Length: 2\r\n\r\n{}",
	'an offer of HTTP/2' => "$post${host}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
		. "HTTP2-Settings: AAMAAABkAAQAAP__\r\n${target}Content-Length: 2\r\n\r\n{}",
	'another later version' => "POST / HTTP/1.2\r\n$host${target}Content-Length: 2\r\n\r\n{}",
	'bytes beyond ASCII in a header' => "$post$host${target}A: \xc3\xa9\r\nContent-Length: 2\r\n\r\n{}");
for my $name (sort keys %sound)
{
	my $socket = $server->connect;
	print $socket $sound{$name} x 2;
	is(read_answer($socket)->{status}, 200, "$name: answered");
	is(read_answer($socket)->{status}, 200, 'twice over one connection');
}
{
	my $length = 16384 - length "$post$host${target}A: \r\nContent-Length: 2\r\n\r\n";
	is(sent("$post$host${target}A: " . 'b' x $length . "\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"), '400 closed',
		'a head of a few bytes over 16 KB is refused');
	my $socket = $server->connect;
	print $socket "$post$host${target}A: " . 'b' x $length . "\r\nContent-Length: 2\r\n\r\n{}";
	is(read_answer($socket)->{status}, 200, 'one of 16 KB is not');
}
for my $value ('keep-alive, close', 'close, keep-alive', 'Close', 'x,CLOSE')
{
	is(sent("$post$host${target}Connection: $value\r\nContent-Length: 2\r\n\r\n{}"), '200 closed', "Connection: $value closes");
}
{
	my $socket = $server->connect;
	print $socket "POST / HTTP/1.0\r\nConnection: keep-alive\r\n${target}Content-Length: 2\r\n\r\n{}" x 2;
	is(read_answer($socket)->{status}, 200, 'HTTP/1.0 keeps a connection alive where asked to') for 1 .. 2;
}
{
	my $socket = $server->connect;
	print $socket request_text('DescribeLimits', '{}') x 3;
	shutdown $socket, 1;
	is(read_answer($socket)->{status}, 200, 'what came before the end of a client is answered') for 1 .. 3;
	ok(DynamoServer::is_closed($socket), 'and then the connection ends');
}
sub endpoint
{
	my (%headers) = @_;
	return decode_json($server->request('DescribeEndpoints', '{}', %headers)->{body})->{Endpoints}[0]{Address};
}
is(endpoint(Host => '[::1]:8000'), '[::1]:8000', 'a numeric IPv6 address keeps its brackets');
is(endpoint(Host => 'example.com:1'), 'example.com:1', 'a port is part of the address');
{
	my $socket = $server->connect;
	print $socket "POST http://proxied:1 HTTP/1.1\r\n${host}X-Amz-Target: DynamoDB_20120810.DescribeEndpoints\r\nContent-Length: 2\r\n\r\n{}";
	is(decode_json(read_answer($socket)->{body})->{Endpoints}[0]{Address}, 'proxied:1', 'the host of an absolute target is the address');
}

# gzip and deflate, both ways.
{
	my $packed = memGzip('{"TableName":"Packed"}');
	like($server->request('DescribeTable', $packed, 'Content-Encoding' => $_)->{body},
		qr/Table: Packed not found/, "a request may be $_") for 'gzip', 'GZIP', 'x-gzip', 'X-GZip';
	for my $bad ('{}', substr($packed, 0, -9), "${packed}x", '')
	{
		my $answer = $server->request('DescribeTable', $bad, 'Content-Encoding' => 'gzip');
		is(decode_json($answer->{body})->{__type}, "$coral#SerializationException",
			'what is no gzip is refused');
	}
	is($server->request('DescribeLimits', memGzip(' ' x (16 * 1024 * 1024 - 2) . '{}'),
			'Content-Encoding' => 'gzip')->{status}, 200, '16 MB may be in a gzip');
	is($server->request('DescribeLimits', memGzip(' ' x (16 * 1024 * 1024 - 1) . '{}'),
			'Content-Encoding' => 'gzip')->{status}, 413, 'and no byte more');

	my $members = join '', map { memGzip($_) } '{"TableName":', '', '"Packed"}';
	like($server->request('DescribeTable', $members, 'Content-Encoding' => 'gzip')->{body},
		qr/Table: Packed not found/, 'a gzip may have several members');
	is($server->request('DescribeLimits', memGzip(' ' x (16 * 1024 * 1024 - 2)) . memGzip('{ }'),
			'Content-Encoding' => 'gzip')->{status}, 413, 'which are bounded together');

	my $deflated = compress('{"TableName":"Packed"}');
	like($server->request('DescribeTable', $deflated, 'Content-Encoding' => $_)->{body},
		qr/Table: Packed not found/, "a request may be $_") for 'deflate', 'Deflate';
	my ($bare) = deflateInit(-WindowBits => -MAX_WBITS());
	for my $bad ('{}', substr($deflated, 0, -3), "${deflated}x", "$deflated$deflated", $bare->deflate('{}') . $bare->flush, '')
	{
		my $answer = $server->request('DescribeTable', $bad, 'Content-Encoding' => 'deflate');
		is(decode_json($answer->{body})->{__type}, "$coral#SerializationException",
			'what is no deflate of zlib is refused');
	}
	is($server->request('DescribeLimits', compress(' ' x (16 * 1024 * 1024 - 2) . '{}'),
			'Content-Encoding' => 'deflate')->{status}, 200, '16 MB may be in a deflate');
	is($server->request('DescribeLimits', compress(' ' x (16 * 1024 * 1024 - 1) . '{}'),
			'Content-Encoding' => 'deflate')->{status}, 413, 'and no byte more');
	is(decode_json($server->request('DescribeLimits', '{}', 'Content-Encoding' => 'br')->{body})
			->{__type}, "$coral#SerializationException", 'other encodings are refused');
}
{
	my $name = 'NoSuchTable';
	my $plain = $server->request('DescribeTable', qq({"TableName":"$name"}), 'Accept-Encoding' => 'gzip');
	ok(!$plain->{headers}{'content-encoding'}, 'a small answer is not packed');

	$server->create_table('Packed');
	$server->call('PutItem', { TableName => 'Packed',
		Item => { id => { S => 'a' }, text => { S => 'abc ' x 5000 } } });
	my $get = '{"TableName":"Packed","Key":{"id":{"S":"a"}}}';
	my $answer = $server->request('GetItem', $get, 'Accept-Encoding' => 'gzip, deflate');
	is($answer->{headers}{'content-encoding'}, 'gzip', 'a large one is, where gzip is accepted');
	is($answer->{headers}{'x-amz-crc32'}, crc32($answer->{body}), 'with the checksum of what is sent');
	my %packs = (
		'identity' => '', '*;q=0' => '', 'br' => '', '' => '', 'X-GZIP' => '', 'gzip;q=0, deflate;q=0, *' => '',
		'gzip;q=none' => '', 'GZIP' => 'gzip', 'br;q=1, gzip ; q=0.1' => 'gzip', '*' => 'gzip', 'gzip;q=0.5' => 'gzip',
		', ,gzip' => 'gzip', 'deflate' => 'deflate', 'Deflate;q=0.001' => 'deflate', 'gzip, deflate' => 'gzip',
		'deflate, gzip' => 'deflate', 'deflate;q=0.5, gzip;q=0.9' => 'gzip', 'gzip;q=0.8, deflate;q=0.9' => 'deflate',
		'gzip;q=0' => '', 'gzip;q=0.000, *' => 'deflate', 'deflate;q=0.3, *;q=0.2' => 'deflate',
		'deflate;q=0.1, *;q=0.2' => 'gzip', '*, deflate' => 'gzip', 'deflate, *' => 'deflate',
		'gzip;q=1, deflate;q=7' => 'gzip', 'gzip;q=0.9, deflate;q=7' => 'deflate', 'identity, gzip;q=0.1' => 'gzip');
	for my $accepted (sort keys %packs)
	{
		my $packed = $server->request('GetItem', $get, 'Accept-Encoding' => $accepted)->{headers}{'content-encoding'};
		is($packed // '', $packs{$accepted}, "Accept-Encoding '$accepted'");
	}
	my $socket = $server->connect;
	print $socket request_text('GetItem', $get, 'X-Other' => "1\r\nAccept-Encoding: deflate\r\nAccept-Encoding: gzip");
	is(read_answer($socket)->{headers}{'content-encoding'}, 'deflate', 'the first Accept-Encoding counts');
	is(uncompress($server->request('GetItem', $get, 'Accept-Encoding' => 'deflate')->{body}),
		$server->request('GetItem', $get)->{body}, 'deflate says the same');
	is(memGunzip($answer->{body}), $server->request('GetItem', $get)->{body}, 'and says the same');
}

# The console's files.
sub get
{
	my ($path, %headers) = @_;
	my $socket = $server->connect;
	print $socket "GET $path HTTP/1.1\r\nHost: localhost\r\n", (map { "$_: $headers{$_}\r\n" } keys %headers), "\r\n";
	return read_answer($socket);
}

{
	my $answer = get('/console');
	is($answer->{status}, 308, 'the console is elsewhere');
	is($answer->{headers}{location}, '/console/', 'namely here');
	my $page = get('/console/');
	is($page->{status}, 200, 'the page is there');
	is($page->{headers}{'content-type'}, 'text/html; charset=utf-8', 'as a page');
	my $policy = $page->{headers}{'content-security-policy'};
	like($policy, qr/^default-src 'none'; /, 'which may do nothing');
	like($policy, qr/$_/, "but $_")
		for "script-src 'self';", "connect-src 'self';", "frame-ancestors 'none';", "require-trusted-types-for 'script';";
	unlike($policy, qr/unsafe/, 'and nothing that is unsafe');
	is($page->{headers}{'x-content-type-options'}, 'nosniff', 'its type is not guessed');
	my @files = $page->{body} =~ /(?:src|href)="([^"]+)"/g;
	cmp_ok(scalar @files, '>', 3, 'the page names files');
	is(get("/console/$_")->{status}, 200, "$_ is there") for @files;
	is(get('/console/main.js')->{headers}{'content-type'}, 'text/javascript; charset=utf-8', 'a module is a script');

	my $tag = $page->{headers}{etag};
	$answer = get('/console/', 'If-None-Match' => qq("other", $tag));
	is($answer->{status}, 304, 'a browser that has the page keeps it');
	is($answer->{headers}{etag}, $tag, 'by its tag');
	is(get('/console/', 'If-None-Match' => 'W/"0000000000000000"')->{status}, 200, 'one that has another page gets it');
	isnt(get('/console/main.js')->{headers}{etag}, $tag, 'another file has another tag');
	$answer = get('/console/style/parts.css', 'Accept-Encoding' => 'gzip');
	is($answer->{headers}{'content-encoding'}, 'gzip', 'files are packed');
	is(memGunzip($answer->{body}), get('/console/style/parts.css')->{body}, 'and are the same');
	is(get($_)->{status}, 404, "$_ is not there")
		for '/console/none.js', '/console//', '/console/../route.c', '/consoles', '/console/' . 'x' x 100, '/console/index.html/';
	unlike(get('/')->{headers}{'content-security-policy'} // '', qr/./, 'other answers have no policy of a page');

	$server->sql('ALTER SYSTEM SET dynamo.console = off');
	$server->sql('SELECT pg_reload_conf()');
	DynamoServer::until_true('the console to be off', sub { get('/console/')->{status} == 404 && get('/console')->{status} == 404 });
	$server->sql('ALTER SYSTEM RESET dynamo.console');
	$server->sql('SELECT pg_reload_conf()');
}

# CORS, for pages of this machine only.
{
	my $socket = $server->connect;
	my $preflight = "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: %s\r\n"
		. "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: x-amz-target\r\n\r\n";
	print $socket sprintf($preflight, 'http://localhost:3000');
	my $answer = read_answer($socket);
	is($answer->{status}, 200, 'a preflight is answered');
	is($answer->{headers}{'access-control-allow-origin'}, 'http://localhost:3000', 'for its origin');
	is($answer->{headers}{'access-control-allow-headers'}, 'x-amz-target', 'for its headers');
	like($answer->{headers}{'access-control-allow-methods'}, qr/\bPOST\b/, 'and for POST');
	print $socket request_text('DescribeLimits', '{}', 'Origin' => 'http://127.0.0.1');
	$answer = read_answer($socket);
	is($answer->{headers}{'access-control-allow-origin'}, 'http://127.0.0.1',
		'the answer may be read by the page');
	like($answer->{headers}{'access-control-expose-headers'}, qr/x-amzn-RequestId/, 'and its headers');
	for my $origin ('http://example.com', 'http://example.com:8000', 'http://localhost.example.com',
		'null', 'http://', 'localhost')
	{
		print $socket request_text('DescribeLimits', '{}', 'Origin' => $origin);
		$answer = read_answer($socket);
		is(decode_json($answer->{body})->{__type}, "$coral#AccessDeniedException",
			"a page of $origin is refused");
		ok(!$answer->{headers}{'access-control-allow-origin'}, 'and told nothing');
	}
	print $socket request_text('DescribeLimits', '{}', 'Host' => 'example.com:8000', 'Origin' => 'http://example.com:8000');
	is(decode_json(read_answer($socket)->{body})->{__type}, "$coral#AccessDeniedException",
		'nor may a page of a name that resolves to this machine, where nothing is signed');
}

done_testing();
