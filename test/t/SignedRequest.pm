# Requests with Signature Version 4, made by hand from AWS's description of it.
package SignedRequest;

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256 hmac_sha256_hex sha256_hex);
use POSIX qw(strftime);
use PostgreSQL::Test::Utils;

our $algorithm = 'AWS4-HMAC-SHA256';

# The setting of a new master key, for the settings of a server.
sub master_key_setting
{
	my $file = PostgreSQL::Test::Utils::tempdir . '/master.key';

	open my $out, '>', $file or die "$file: $!";
	print $out sha256_hex($file . rand), "\n";
	close $out;
	chmod 0600, $file;
	return "dynamo.master_key_file = '$file'";
}

# A new access key of the role, as options of text().
sub new_key
{
	my ($server, $role) = @_;
	my ($key, $secret) = split /\|/, $server->sql("SELECT * FROM dynamo.create_access_key('$role')");

	return { key => $key, secret => $secret };
}

sub time_text { return strftime('%Y%m%dT%H%M%SZ', gmtime($_[0] // time)); }

sub canonical_headers
{
	my ($signed, @fields) = @_;
	my %values;

	while (my ($name, $value) = splice @fields, 0, 2)
	{
		$value =~ s/^[ \t]+|[ \t]+$//g;
		$value =~ s/[ \t]+/ /g;
		push @{ $values{ lc $name } }, $value;
	}
	return join '', map { "$_:" . join(',', @{ $values{ lc $_ } // [] }) . "\n" } @$signed;
}

sub signing_key
{
	my ($secret, @scope) = @_;
	my $key = "AWS4$secret";

	$key = hmac_sha256($_, $key) for @scope;
	return $key;
}

# The text of a signed request. Of %options: method, target, path, query (canonical), operation, fields (a list of
# names and values beside the usual ones), unsigned (names), also_signed (names, as they are written), body, key, secret, token, time (its text), region,
# service, date, terminator, body_hash, and edit, a function of the Authorization header.
sub text
{
	my (%options) = @_;
	my $method = $options{method} // 'POST';
	my $body = $options{body} // '{}';
	my $time = $options{time} // time_text();
	my @scope = ($options{date} // substr($time, 0, 8), $options{region} // 'us-east-1',
		$options{service} // 'dynamodb', $options{terminator} // 'aws4_request');
	my @fields = (@{ $options{fields} // [] });
	my %has = map { lc $fields[ 2 * $_ ] => 1 } 0 .. @fields / 2 - 1;
	my %unsigned = map { $_ => 1 } 'content-length', 'connection', @{ $options{unsigned} // [] };

	push @fields, 'Host', 'localhost' unless $has{host};
	push @fields, 'X-Amz-Target', "DynamoDB_20120810.$options{operation}" if $options{operation};
	push @fields, 'Content-Type', 'application/x-amz-json-1.0' unless $has{'content-type'};
	push @fields, 'X-Amz-Date', $time unless $has{'x-amz-date'} || $has{date};
	push @fields, 'X-Amz-Security-Token', $options{token} if defined $options{token};
	push @fields, 'Content-Length', length $body;

	my %names = map { lc $fields[ 2 * $_ ] => 1 } 0 .. $#fields / 2;
	my @signed = sort @{ $options{also_signed} // [] }, grep { !$unsigned{$_} } keys %names;
	my $canonical = join "\n", $method, $options{path} // '/', $options{query} // '',
		canonical_headers(\@signed, @fields), join(';', @signed), $options{body_hash} // sha256_hex($body);
	my $to_sign = join "\n", $algorithm, $time, join('/', @scope), sha256_hex($canonical);
	my $signature = hmac_sha256_hex($to_sign, signing_key($options{secret} // 'secret', @scope));
	my $authorization = "$algorithm Credential=" . join('/', $options{key}, @scope) . ', SignedHeaders='
		. join(';', @signed) . ", Signature=$signature";

	$authorization = $options{edit}->($authorization) if $options{edit};
	push @fields, 'Authorization', $authorization if defined $authorization;

	my $head = '';
	while (my ($name, $value) = splice @fields, 0, 2) { $head .= "$name: $value\r\n"; }
	return "$method " . ($options{target} // '/') . " HTTP/1.1\r\n$head\r\n$body";
}

1;
