# Transfers between accounts from many connections, with plain writers and readers
# beside them: no money appears or vanishes, no read sees half a transfer, and a
# crash in the middle changes nothing of it.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DynamoServer;
use JSON::PP qw(decode_json encode_json);
use POSIX ();
use PostgreSQL::Test::Utils;
use Test::More;

$SIG{PIPE} = 'IGNORE';

use constant ACCOUNTS => 100;
use constant OPENING => 1000;

my $server = DynamoServer->new('transfers', 'dynamo.http_workers = 2', 'wal_level = logical',
	'dynamo.maintenance_interval = 1')->start;
$server->create_table('Accounts');

sub key { my ($number) = @_; return { id => { S => "account-$number" } }; }

sub transact { my ($writes, %members) = @_; return { TransactItems => $writes, %members }; }

sub add
{
	my ($number, $amount) = @_;
	return { Update => {
		TableName => 'Accounts', Key => key($number), UpdateExpression => 'ADD Balance :n',
		ConditionExpression => 'Balance >= :least',
		ExpressionAttributeValues => { ':n' => { N => "$amount" }, ':least' => { N => $amount < 0 ? -$amount . '' : '0' } } } };
}

my $all = { TransactItems => [ map { { Get => { TableName => 'Accounts', Key => key($_) } } } 1 .. ACCOUNTS ] };

sub sum
{
	my ($answer) = @_;
	my $sum = 0;

	$sum += $_->{Item}->{Balance}->{N} for @{ $answer->{Responses} };
	return $sum;
}

# Runs code in a child that writes down a line for each thing done until its connection ends.
sub child
{
	my ($name, $code) = @_;
	my $file = "$PostgreSQL::Test::Utils::tmp_check/$name";
	my $pid = fork();

	return { name => $name, file => $file, pid => $pid } if $pid;
	open my $out, '>', $file or POSIX::_exit(1);
	$out->autoflush(1);
	srand $$;
	eval { $code->($out); };
	POSIX::_exit(0);
}

sub lines { my ($child) = @_; return -e $child->{file} ? split /\n/, slurp_file($child->{file}) : (); }

sub exchange
{
	my ($socket, $operation, $input) = @_;

	print $socket DynamoServer::request_text($operation, encode_json($input));
	my $answer = DynamoServer::read_answer($socket) or die 'the connection ended';
	return { status => $answer->{status}, %{ decode_json($answer->{body}) } };
}

# "done", or why not: the codes of a cancelled transaction, the name of another exception.
sub outcome
{
	my ($answer) = @_;

	return 'done' if $answer->{status} == 200;
	return join ' ', sort grep { $_ ne 'None' } map { $_->{Code} } @{ $answer->{CancellationReasons} }
		if $answer->{CancellationReasons};
	return $answer->{__type};
}

sub transferrer
{
	my ($name) = @_;
	return child($name, sub {
		my ($out) = @_;
		my $socket = $server->connect;
		for (my $i = 1;; $i++)
		{
			my $from = 1 + int rand ACCOUNTS;
			my $to = 1 + ($from + int rand(ACCOUNTS - 1)) % ACCOUNTS;
			my $amount = 1 + int rand 400;
			my $writes = [ add($from, -$amount), add($to, $amount) ];
			print $out outcome(exchange($socket, 'TransactWriteItems',
				transact($writes, ClientRequestToken => "$name-$i"))), "\n";
		}
	});
}

sub plain_writer
{
	my ($name) = @_;
	return child($name, sub {
		my ($out) = @_;
		my $socket = $server->connect;
		while (1)
		{
			print $out outcome(exchange($socket, 'UpdateItem', {
				TableName => 'Accounts', Key => key(1 + int rand ACCOUNTS),
				UpdateExpression => 'ADD Visits :one', ExpressionAttributeValues => { ':one' => { N => '1' } } })), "\n";
		}
	});
}

sub reader
{
	my ($name) = @_;
	return child($name, sub {
		my ($out) = @_;
		my $socket = $server->connect;
		while (1) { print $out sum(exchange($socket, 'TransactGetItems', $all)), "\n"; }
	});
}

my $sql_sum = q{SELECT sum((item->>'Balance')::numeric) FROM dynamo_tables."Accounts"};

sub sql_reader
{
	my ($name) = @_;
	return child($name, sub {
		my ($out) = @_;
		while (1)
		{
			my $sum;
			last if $server->node->psql('postgres', $sql_sum, stdout => \$sum) != 0;
			print $out "$sum\n";
		}
	});
}

sub counts { my %counts; $counts{$_}++ for @_; return \%counts; }

# Lets everybody work, ends the server in the middle, and looks.
sub round
{
	my ($name, $stop) = @_;
	my @transferrers = map { transferrer("$name-transfers$_") } 1 .. 16;
	my @writers = map { plain_writer("$name-writes$_") } 1 .. 2;
	my @readers = ((map { reader("$name-reads$_") } 1 .. 2), sql_reader("$name-sums"));

	DynamoServer::until_true('progress', sub {
		return !grep { lines($_) < 20 } @transferrers, @writers, @readers;
	});
	$server->node->stop($stop);
	waitpid $_->{pid}, 0 for @transferrers, @writers, @readers;
	$server->node->start;
	$server->wait_until_healthy;

	my $done = counts(map { lines($_) } @transferrers);
	cmp_ok($done->{done}, '>', 0, "$name: money moved");
	is_deeply([ grep { !/^(done|(ConditionalCheckFailed|TransactionConflict)( TransactionConflict)?)$/ } keys %$done ],
		[], "$name: transfers are done, conflict, or lack the money");
	$done = counts(map { lines($_) } @writers);
	is_deeply([ grep { !/^done$|#TransactionConflictException$/ } keys %$done ], [], "$name: plain writes are done or conflict");
	is_deeply([ keys %{ counts(map { lines($_) } @readers) } ], [ ACCOUNTS * OPENING ],
		"$name: every snapshot has all the money");
	is(sum($server->call('TransactGetItems', $all)), ACCOUNTS * OPENING, "$name: it is there afterwards");
	is($server->sql($sql_sum), ACCOUNTS * OPENING, "$name: and in SQL");
}

my $opening = transact([ map { { Put => { TableName => 'Accounts',
	Item => { %{ key($_) }, Balance => { N => OPENING . '' } } } } } 1 .. ACCOUNTS ], ClientRequestToken => 'opening');
$server->call('TransactWriteItems', $opening);
round('crash', 'immediate');

# The token of a request that was acknowledged is known after the crash: accounts are not opened again.
my $before = $server->sql(q{SELECT md5(string_agg(item::text, ',' ORDER BY item->>'id')) FROM dynamo_tables."Accounts"});
$server->call('TransactWriteItems', $opening);
is($server->sql(q{SELECT md5(string_agg(item::text, ',' ORDER BY item->>'id')) FROM dynamo_tables."Accounts"}),
	$before, 'a client token outlives a crash');
round('shutdown', 'fast');

# What holds an absent key for a transaction is nothing to those who decode WAL.
$server->sql(q{SELECT pg_create_logical_replication_slot('decoded', 'test_decoding')});
$server->call('TransactWriteItems', transact([
	{ ConditionCheck => { TableName => 'Accounts', Key => key('none'), ConditionExpression => 'attribute_not_exists(id)' } },
	{ Put => { TableName => 'Accounts', Item => key('new') } } ]));
my @changes = split /\n/, $server->sql(q{SELECT data FROM pg_logical_slot_get_changes('decoded', NULL, NULL, 'include-xids', 'off')});
is_deeply([ grep { /^table/ && !/no-tuple-data/ && !/account-new/ } @changes ], [], 'an absent key that is held is not decoded');
is(scalar(grep { /account-new/ } @changes), 1, 'what was written is');

# Expired tokens go, others stay.
$server->sql(q{UPDATE dynamo.client_request_tokens SET expires = now() WHERE token <> 'opening'});
DynamoServer::until_true('expired tokens to be deleted', sub {
	return $server->sql('SELECT count(*) FROM dynamo.client_request_tokens WHERE expires <= now()') == 0;
});
is($server->sql(q{SELECT convert_from(token, 'UTF8') FROM dynamo.client_request_tokens}), 'opening', 'a token that has not expired stays');

$server->node->stop;
done_testing();
