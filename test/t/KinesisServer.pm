# A server that answers as Kinesis does, or as nothing should: for tests of destinations and triggers.
package KinesisServer;

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256 hmac_sha256_hex sha256_hex);
use Fcntl qw(:flock);
use IO::Socket::INET;
use JSON::PP;
use MIME::Base64;
use POSIX ();
use Time::HiRes qw(sleep);

my $json = JSON::PP->new->canonical;

# Makes and starts one, whose requests are to be signed with the secret.
sub new
{
	my ($class, $directory, $secret) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64, ReuseAddr => 1) or die "no server: $!";
	my $self = bless { listener => $listener, directory => $directory, secret => $secret, owner => $$ }, $class;

	$self->behave('well');
	$self->{pid} = fork // die "no process: $!";
	$self->serve if $self->{pid} == 0;
	return $self;
}

sub port { my ($self) = @_; return $self->{listener}->sockport; }
sub url { my ($self) = @_; return 'http://127.0.0.1:' . $self->port; }

# From now on: "well", "throttling" (a part of the records fails), "failing", "hanging", "redirecting", "talking" (without end),
# "babbling", "forgetting" (there is no such stream); "hanging x" hangs for the stream x, and is well for others
sub behave
{
	my ($self, $how) = @_;

	open my $file, '>', "$self->{directory}/how.new" or die $!;
	print $file $how;
	close $file;
	rename "$self->{directory}/how.new", "$self->{directory}/how" or die $!;
}

sub how { my ($self) = @_; open my $file, '<', "$self->{directory}/how" or die $!; return scalar <$file>; }

# Reads what has come since the last time.
sub look
{
	my ($self) = @_;

	open my $file, '<', "$self->{directory}/requests" or return;
	flock $file, LOCK_SH;
	seek $file, $self->{read} // 0, 0;
	for my $request (map { $json->decode($_) } <$file>)
	{
		push @{ $self->{requests} }, $request;
		for my $record (map { $json->decode($_->{data}) } grep { $_->{taken} } @{ $request->{records} }) { push @{ $self->{records}{ $record->{tableName} } }, $record; }
	}
	$self->{read} = tell $file;
}

# What was asked for so far: { action, stream, signed (as it should be), records: [{ key, data, taken }] }
sub requests { my ($self) = @_; $self->look; return @{ $self->{requests} // [] }; }

# The records that were taken, in order, of a table
sub records { my ($self, $table) = @_; $self->look; return @{ $self->{records}{$table} // [] }; }

sub stop
{
	my ($self) = @_;

	kill 'TERM', $self->{pid} if $self->{pid};
	waitpid $self->{pid}, 0 if $self->{pid};
	delete $self->{pid};
}

sub DESTROY { my ($self) = @_; local $?; $self->stop if $self->{owner} == $$ && $self->{pid}; }

# --- the server's side ---

sub serve
{
	my ($self) = @_;

	setpgrp 0, 0;
	$SIG{CHLD} = 'IGNORE';
	$SIG{TERM} = sub { $SIG{TERM} = 'IGNORE'; kill 'TERM', -$$; POSIX::_exit(0) };
	while (1)
	{
		my $client = $self->{listener}->accept or next;
		next if fork;
		$SIG{TERM} = 'DEFAULT';
		1 while $self->answer($client);
		POSIX::_exit(0);
	}
}

sub read_request
{
	my ($client) = @_;
	my $line = <$client> // return;
	my ($method, $path) = split / /, $line;
	my %request = (method => $method, path => $path);

	while (($line = <$client> // return) =~ /^([^:]+):\s*(.*?)\r\n$/) { $request{headers}{ lc $1 } = $2; }
	my $length = $request{headers}{'content-length'} // 0;
	read($client, $request{body}, $length) == $length or return;
	return \%request;
}

# Signature Version 4 of a request that has no query
sub signature
{
	my ($secret, $request, $scope, $signed) = @_;
	my ($date, $region, $service) = split m{/}, $scope;
	my $headers = join '', map { "$_:$request->{headers}{$_}\n" } split /;/, $signed;
	my ($path, $query) = split /\?/, $request->{path};
	my $canonical = join "\n", $request->{method}, $path, $query // '', $headers, $signed, sha256_hex($request->{body} // '');
	my $text = join "\n", 'AWS4-HMAC-SHA256', $request->{headers}{'x-amz-date'}, $scope, sha256_hex($canonical);
	my $key = hmac_sha256($date, "AWS4$secret");

	$key = hmac_sha256($_, $key) for $region, $service, 'aws4_request';
	return hmac_sha256_hex($text, $key);
}

sub is_signed
{
	my ($self, $request) = @_;
	my $authorization = $request->{headers}{authorization} // '';
	my ($scope, $signed, $signature) = $authorization =~ m{^AWS4-HMAC-SHA256 Credential=[^/]+/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]+)$}
		or return JSON::PP::false;

	return JSON::PP::false if grep { !defined $request->{headers}{$_} } split /;/, $signed; # signed, and not sent
	return signature($self->{secret}, $request, $scope, $signed) eq $signature ? JSON::PP::true : JSON::PP::false;
}

sub note
{
	my ($self, $note) = @_;

	open my $file, '>>', "$self->{directory}/requests" or die $!;
	flock $file, LOCK_EX;
	print $file $json->encode($note), "\n";
	close $file;
}

sub send_answer
{
	my ($client, $status, $body, @headers) = @_;

	print $client join("\r\n", "HTTP/1.1 $status x", 'Content-Type: application/x-amz-json-1.1', 'Content-Length: ' . length $body, @headers), "\r\n\r\n", $body;
	$client->flush;
}

sub put_records
{
	my ($self, $how, $body, $note) = @_;
	my @answers;

	for my $record (@{ $body->{Records} })
	{
		my $taken = $how ne 'throttling' || rand() < 0.6;

		push @{ $note->{records} }, { key => $record->{PartitionKey}, data => decode_base64($record->{Data}), taken => $taken ? 1 : 0 };
		push @answers, $taken ? { SequenceNumber => '1', ShardId => 'shardId-000000000000' }
			: { ErrorCode => 'ProvisionedThroughputExceededException', ErrorMessage => 'Rate exceeded' };
	}
	return $json->encode({ FailedRecordCount => scalar(grep { $_->{ErrorCode} } @answers), Records => \@answers });
}

# False where the connection ends.
sub answer
{
	my ($self, $client) = @_;
	my $request = read_request($client) or return 0;
	my ($action) = ($request->{headers}{'x-amz-target'} // '') =~ /^Kinesis_20131202\.(\w+)$/;
	my $body = $json->decode($request->{body} || '{}');
	my ($how, $only) = split / /, $self->how;

	$how = 'well' if $only && ($body->{StreamName} // '') ne $only;
	my %note = (action => $action, how => $how, stream => $body->{StreamName}, signed => $self->is_signed($request),
		authorization => $request->{headers}{authorization}, token => $request->{headers}{'x-amz-security-token'}, records => []);

	if ($how =~ /^(well|throttling)$/)
	{
		my $answer = $action eq 'PutRecords' ? $self->put_records($how, $body, \%note)
			: $json->encode({ StreamDescriptionSummary => { StreamName => $body->{StreamName}, StreamStatus => 'ACTIVE' } });
		$self->note(\%note);
		send_answer($client, 200, $answer);
		return 1;
	}
	$self->note(\%note);
	if ($how eq 'hanging') { sleep 0.05 while $self->how =~ /^hanging/; return 0; }
	if ($how eq 'talking')
	{
		print $client "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
		1 while $self->how eq 'talking' && print $client "1000\r\n", 'x' x 4096, "\r\n";
		return 0;
	}
	send_answer($client, 302, '', 'Location: http://127.0.0.1:' . $self->port . '/elsewhere') if $how eq 'redirecting';
	send_answer($client, 200, 'no JSON') if $how eq 'babbling';
	send_answer($client, 500, '{"__type": "InternalFailure"}') if $how eq 'failing';
	send_answer($client, 400, '{"__type": "com.amazonaws.kinesis#ResourceNotFoundException", "message": "Stream is not there"}') if $how eq 'forgetting';
	return 1;
}

1;
