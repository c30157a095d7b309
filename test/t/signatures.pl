# Signature Version 4 on the HTTP API: who is refused in which words, and as whom a request runs.
use strict;
use warnings;

use FindBin;
use lib $FindBin::RealBin;

use Compress::Zlib qw(memGzip);
use Digest::SHA qw(sha256_hex);
use DynamoServer;
use JSON::PP qw(decode_json encode_json);
use PostgreSQL::Test::Utils;
use SignedRequest;
use Test::More;

my $server = DynamoServer->new('signed', 'dynamo.authentication = required', 'dynamo.http_workers = 1',
	SignedRequest::master_key_setting());

$server->start;
$server->sql('CREATE ROLE alice LOGIN');
my %user = (alice => SignedRequest::new_key($server, 'alice'));

sub send_text
{
	my ($socket, $text) = @_;
	print $socket $text;
	return DynamoServer::read_answer($socket);
}

# Sends a request signed by alice, or as the options say.
sub ask
{
	my (%options) = @_;
	return send_text($server->connect, SignedRequest::text(%{ $user{alice} }, operation => 'ListTables', %options));
}

sub refused
{
	my ($answer, $exception, $text, $what) = @_;
	my $body = decode_json($answer->{body} || '{}');

	is($answer->{status}, 400, "$what: 400");
	is($body->{__type}, "com.amazon.coral.service#$exception", "$what: $exception");
	ref $text ? like($body->{message}, $text, "$what: text") : is($body->{message}, $text, "$what: text");
}

my $mismatch = 'The request signature we calculated does not match the signature you provided. Check your AWS '
	. 'Secret Access Key and signing method. Consult the service documentation for details.';
my $unknown = 'The security token included in the request is invalid.';

# What is taken.
is(ask()->{status}, 200, 'a signed request is served');
is(ask(body => "{\n}")->{status}, 200, 'the body is taken as it came');
my $gzip = memGzip('{}');
is(ask(body => $gzip, fields => [ 'Content-Encoding', 'gzip' ])->{status}, 200, 'the digest is that of the bytes sent');
is(ask(fields => [ 'X-Amz-Content-Sha256', sha256_hex('{}') ])->{status}, 200, 'X-Amz-Content-Sha256');
is(ask(fields => [ 'My-Header', "  a \t  b  ", 'my-header', '', 'MY-HEADER', 'c,d', 'Empty', '', 'Quoted', '"a   b"' ])->{status},
	200, 'repeated and empty headers, and blanks in them');
is(ask(fields => [ 'Bytes', "\xC3\xA4\xFF" ])->{status}, 200, 'a header that is not ASCII');
is(ask(target => '/?b=%7e%2f&a=1&a=%20&c', query => 'a=%20&a=1&b=~%2F&c=')->{status}, 200, 'a query');
is(ask(target => 'http://other:8000/', fields => [ 'Host', 'other:8000' ])->{status}, 200, 'a target in absolute form');
is(ask(fields => [ 'Date', SignedRequest::time_text() ])->{status}, 200, 'Date in place of X-Amz-Date');
is(ask(fields => [ 'Date', POSIX::strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime $_) ], time => SignedRequest::time_text($_))
	->{status}, 200, 'an HTTP date') for time;
is(ask(time => SignedRequest::time_text(time - 14 * 60))->{status}, 200, 'a clock that is 14 minutes slow');
is(ask(time => SignedRequest::time_text(time + 14 * 60))->{status}, 200, 'a clock that is 14 minutes fast');
is(ask(fields => [ 'User-Agent', 'x' ], unsigned => ['user-agent'])->{status}, 200, 'a header that is not signed');
is(ask(edit => sub { $_[0] =~ s/, /,/gr })->{status}, 200, 'no blanks in the header');

# A page that the server itself has served, by whatever name, may sign requests; no other page may.
is(ask(fields => [ 'Host', 'db.example:8000', 'Origin', 'http://db.example:8000' ])->{status}, 200, 'a page of the same name');
is(decode_json(ask(fields => [ 'Host', 'db.example:8000', 'Origin', $_ ])->{body})->{Message}, 'Web pages of other hosts may not send requests',
	"a page of '$_'")
	for 'https://db.example:8000', 'http://db.example', 'http://db.example:80001', 'http://db.example:8000/', 'http://', '', 'null';

# What is refused, and in which words.
refused(ask(edit => sub { undef }), 'MissingAuthenticationTokenException', 'Request is missing Authentication Token', 'none');
refused(ask(edit => sub { 'Basic YTpi' }), 'MissingAuthenticationTokenException', 'Request is missing Authentication Token',
	'another scheme');
refused(ask(edit => sub { undef }, target => '/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00'),
	'MissingAuthenticationTokenException', 'Request is missing Authentication Token', 'a presigned URL');
refused(ask(target => '/?X-Amz-Algorithm=AWS4-HMAC-SHA256'), 'InvalidSignatureException',
	"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.", 'both');
refused(ask(edit => sub { $_[0] =~ s/HMAC-SHA256/ECDSA-P256-SHA256/r }), 'IncompleteSignatureException',
	"Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'", 'SigV4a');
refused(ask(edit => sub { 'AWS4-HMAC-SHA256 ' }, fields => [ 'X-Amz-Date', '' ]), 'IncompleteSignatureException',
	"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
	. "Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256", 'nothing in it');
refused(ask(fields => [ 'Date', 'x' ], edit => sub { 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b' }), 'IncompleteSignatureException',
	"Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b",
	'no signature');
refused(send_text($server->connect, "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n"
		. "Content-Length: 2\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0\r\n\r\n{}"),
	'IncompleteSignatureException', "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
	. 'Authorization=AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0', 'no date');
refused(ask(edit => sub { $_[0] =~ s/Signature=/Signature/r }), 'IncompleteSignatureException',
	qr/^'Signature[0-9a-f]{64}' not a valid key=value pair \(missing equal-sign\) in Authorization header: 'AWS4-/, 'no equal-sign');
refused(ask(edit => sub { $_[0] =~ s/aws4_request/aws4_request\/x/r }), 'IncompleteSignatureException',
	qr{^Credential must have exactly 5 slash-delimited elements, e\.g\. keyid/date/region/service/term, got '$user{alice}{key}/}, 'credential');
refused(ask(time => '2026-01-01', date => '20260101'), 'IncompleteSignatureException',
	"Date must be in ISO-8601 'basic format'. Got '2026-01-01'. See http://en.wikipedia.org/wiki/ISO_8601", 'date');
refused(ask(time => '20260231T000000Z'), 'IncompleteSignatureException', qr/Got '20260231T000000Z'/, 'no such day');
refused(ask(key => 'AKIDUNKNOWN'), 'UnrecognizedClientException', $unknown, 'an unknown key');
refused(ask(key => "$user{alice}{key}'; --"), 'UnrecognizedClientException', $unknown, 'a key of other characters');
refused(ask(key => 'K' x 200), 'UnrecognizedClientException', $unknown, 'a long key');
refused(ask(token => 'x'), 'UnrecognizedClientException', $unknown, 'a token that the key has not');
refused(ask(secret => 'other'), 'InvalidSignatureException', $mismatch, 'another secret');
refused(ask(edit => sub { $_[0] =~ s/Signature=./Signature=/r }), 'InvalidSignatureException', $mismatch, 'a short signature');
refused(ask(body_hash => sha256_hex('[]')), 'InvalidSignatureException', $mismatch, 'another body');
refused(ask(body_hash => 'UNSIGNED-PAYLOAD', fields => [ 'X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD' ]),
	'InvalidSignatureException', $mismatch, 'a body that is not signed');
refused(ask(fields => [ 'X-Amz-Content-Sha256', sha256_hex('[]') ]), 'InvalidSignatureException', $mismatch, 'two digests');
refused(ask(query => 'a=2', target => '/?a=1'), 'InvalidSignatureException', $mismatch, 'another query');
refused(ask(target => 'http://other/'), 'InvalidSignatureException', $mismatch, 'another authority');
refused(ask(edit => sub { "$_[0]\r\nX-Amz-Target: DynamoDB_20120810.DeleteTable" }), 'InvalidSignatureException', $mismatch,
	'a second target');
refused(ask(edit => sub { "$_[0]\r\nAuthorization: $_[0]" }), 'InvalidSignatureException', $mismatch, 'a second Authorization');
refused(ask(edit => sub { $_[0] =~ s/content-type;host/host;content-type/r }), 'InvalidSignatureException', $mismatch,
	'names out of order');
refused(ask(also_signed => ['Host']), 'InvalidSignatureException', $mismatch, 'one header by two names');
refused(ask(unsigned => ['host']), 'InvalidSignatureException',
	"'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.", 'the host is not signed');
for my $name ('X-Amz-Target', 'X-Amz-Date', 'X-Amz-Security-Token', 'X-Amz-Anything')
{
	my $has = $name =~ /Token|Any/ ? [ $name, 'x' ] : [];
	refused(ask(unsigned => [ lc $name ], fields => $has), 'InvalidSignatureException',
		"'$name' must be a 'SignedHeader' in the AWS Authorization.", "$name is not signed");
}
refused(ask(region => 'eu-west-1'), 'InvalidSignatureException', 'Credential should be scoped to a valid region. ', 'region');
refused(ask(service => 'sts'), 'InvalidSignatureException', "Credential should be scoped to correct service: 'dynamodb'. ", 'service');
refused(ask(terminator => 'aws3'), 'InvalidSignatureException',
	"Credential should be scoped with a valid terminator: 'aws4_request', not 'aws3'. ", 'terminator');
refused(ask(date => '20200101', region => 'x'), 'InvalidSignatureException', qr/^Credential should be scoped to a valid region\. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20200101' != '(\d{8})', from '\g1T\d{6}Z'\. $/,
	'two faults of a scope');
my $form = qr/\d{8}T\d{6}Z/;
refused(ask(time => SignedRequest::time_text(time - 16 * 60)), 'InvalidSignatureException',
	qr/^Signature expired: $form is now earlier than $form \($form - 15 min\.\)$/, 'too late');
refused(ask(time => SignedRequest::time_text(time + 16 * 60)), 'InvalidSignatureException',
	qr/^Signature not yet current: $form is still later than $form \($form \+ 15 min\.\)$/, 'too early');

# Before all that the body could be wrong in.
refused(ask(secret => 'other', operation => 'PutItem', body => 'no JSON', fields => [ 'Content-Encoding', 'gzip' ]),
	'InvalidSignatureException', $mismatch, 'before the body is read');

done_testing();
