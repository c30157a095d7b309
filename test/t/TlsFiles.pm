# Certificates of a test's own authorities.
package TlsFiles;

use strict;
use warnings;

use IPC::Run;

# Runs openssl, which must succeed.
sub openssl
{
	my @arguments = @_;
	my $errors = '';

	IPC::Run::run([ 'openssl', @arguments ], '<', \undef, '>', \my $out, '2>', \$errors)
		or die "openssl @arguments: $errors";
	return $out;
}

# Makes NAME.key and NAME.crt in a directory: an authority, signed by itself.
sub authority
{
	my ($directory, $name) = @_;

	openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', 2,
		'-subj', "/CN=$name", '-keyout', "$directory/$name.key", '-out', "$directory/$name.crt");
	chmod 0600, "$directory/$name.key";
	return;
}

# Makes NAME.key and NAME.crt, signed by an authority; extensions as openssl's configuration has them.
sub certificate
{
	my ($directory, $authority, $name, $subject, @extensions) = @_;
	my $base = "$directory/$name";

	open my $file, '>', "$base.ext" or die $!;
	print $file map { "$_\n" } @extensions;
	close $file;
	openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', $subject,
		'-keyout', "$base.key", '-out', "$base.csr");
	openssl('x509', '-req', '-in', "$base.csr", '-CA', "$directory/$authority.crt", '-CAkey',
		"$directory/$authority.key", '-set_serial', int(rand(1 << 30)) + 1, '-days', 2, '-extfile', "$base.ext",
		'-out', "$base.crt");
	chmod 0600, "$base.key";
	return;
}

1;
