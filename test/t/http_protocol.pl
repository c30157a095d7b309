# The HTTP API as the wire shows it: what the service's clients rely on.
use strict;
use warnings;

use Compress::Zlib qw(crc32 memGzip memGunzip);
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

# Targets.
for my $target ('DynamoDB_20120810.NoSuchOperation', 'DynamoDBStreams_20120810.ListStreams',
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
for my $line ('PUT / HTTP/1.1', 'DELETE / HTTP/1.1', 'GET /somewhere HTTP/1.1', 'POST /a/b HTTP/1.1')
{
	my $socket = $server->connect;
	print $socket "$line\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.DescribeLimits\r\n"
		. "Content-Length: 2\r\n\r\n{}";
	is(read_answer($socket)->{status}, 404, "$line is not found");
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
	print $socket "9;ignored=1\r\n\"Chunky\"}\r\n0\r\n\r\n";
	like(read_answer($socket)->{body}, qr/Table: Chunky not found/, 'a body of chunks is one body');
	print $socket request_text('DescribeLimits', '{}');
	is(read_answer($socket)->{status}, 200, 'and the connection goes on behind it');
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

# gzip, both ways.
{
	my $packed = memGzip('{"TableName":"Packed"}');
	like($server->request('DescribeTable', $packed, 'Content-Encoding' => 'gzip')->{body},
		qr/Table: Packed not found/, 'a request may be gzip');
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
	is(memGunzip($answer->{body}), $server->request('GetItem', $get)->{body}, 'and says the same');
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
}

done_testing();
