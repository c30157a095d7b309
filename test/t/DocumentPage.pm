# Runs what a page of the documentation shows, block by block in its order, in a directory of the page's own.
#
# A block of sql, sh, js or python is run and must succeed; a block of text that follows it is exactly what comes
# out, where "..." stands for anything within a line, and alone on a line for any lines. "LANGUAGE file=NAME" writes
# a file in place of running it. A block of ini goes to the end of postgresql.conf, and the server starts again.
# What a block of sh exports and defines is there in the next one. Blocks that begin with make or sudo are left to make check-bare. A block of any other kind is an error: nothing
# that a reader might try is passed over in silence.
package DocumentPage;

use strict;
use warnings;

use Cwd qw(getcwd);
use DynamoServer;
use File::Path qw(make_path);
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my %suffixes = (sql => 'sql', sh => 'sh', js => 'mjs', python => 'py');
my %commands = (
	sql => [qw(psql -X -q -v ON_ERROR_STOP=1 -f)],
	sh => [qw(bash -eu)],
	js => ['node'],
	python => ['/usr/bin/python3']);

# A server like that of make run, whose first page is $page.
sub server
{
	my ($page) = @_;

	return DynamoServer->new($page =~ s/\W/_/gr, 'wal_level = logical', 'max_worker_processes = 25',
		"dynamo.database = 'postgres'")->start;
}

# The blocks of a page as [ line, kind, file or undef, text ].
sub blocks
{
	my ($text) = @_;
	my @blocks;

	while ($text =~ /^```([^\n]*)\n(.*?)^```$/msg)
	{
		my ($info, $body) = ($1, $2);
		my $line = 1 + (substr($text, 0, $-[0]) =~ tr/\n//);
		my ($kind, $file) = $info =~ /^(\w*)(?: file=([\w.\/-]+))?$/ or die "line $line: what is \"$info\"?\n";

		push @blocks, [ $line, $kind, $file, $body ];
	}
	return @blocks;
}

# What the page says of the ports and files of a server of one's own, as those of this test.
sub translate
{
	my ($self, $text) = @_;

	return $text =~ s/\b8000\b/$self->{port}/gr =~ s/\b5440\b/$self->{sql_port}/gr =~ s{/etc/dynamo\b}{$self->{etc}}gr;
}

sub write_file
{
	my ($self, $name, $text) = @_;
	my $path = "$self->{directory}/$name";

	make_path($path =~ s{/[^/]*$}{}r);
	open my $file, '>', $path or die "$path: $!";
	print $file $text;
	close $file or die $!;
	chmod 0755, $path;
	return $path;
}

# As in a reader's shell, what was exported and defined stays.
sub in_one_shell
{
	my ($text) = @_;
	return "[ ! -f shell.state ] || . ./shell.state\n$text\n{ export -p; declare -f; } >shell.state\n";
}

# Runs a block: its output, which is errors too where it fails.
sub run_block
{
	my ($self, $kind, $text) = @_;
	my $program = $self->write_file("block.$suffixes{$kind}", $kind eq 'sh' ? in_one_shell($text) : $text);
	my ($out, $errors) = ('', '');
	my $back = getcwd();

	chdir $self->{directory} or die $!;
	my $succeeded = IPC::Run::run([ @{ $commands{$kind} }, $program ], '<', \undef, '>', \$out, '2>', \$errors,
		IPC::Run::timeout(300));
	chdir $back or die $!;
	return ($succeeded, $succeeded ? $out : "$out$errors");
}

sub pattern_of
{
	my ($text) = @_;
	my $pattern = quotemeta $text;

	$pattern =~ s/^(?:\\\.){3}\\\n/(?:.*\\n)*/mg;
	$pattern =~ s/(?:\\\.){3}/.*/g;
	return qr/\A$pattern\z/;
}

sub change_settings
{
	my ($self, $lines) = @_;

	$self->{server}->node->append_conf('postgresql.conf', $lines);
	$self->{server}->node->restart;
	DynamoServer::until_true('workers', sub { $self->{server}->workers_run; });
	DynamoServer::until_true('a port', sub { $self->{server}->try_connect; });
	return;
}

# Does what a block asks for. What went wrong, or nothing.
sub take_block
{
	my ($self, $kind, $file, $text) = @_;

	if ($kind eq 'text')
	{
		return $self->{output} =~ pattern_of($text) ? () : "came out:\n$self->{output}";
	}
	if ($text =~ /^(?:sudo |make\b)/) { return; }
	$text = $self->translate($text);
	if (defined $file) { $self->write_file($file, $text); return; }
	if ($kind eq 'ini') { $self->change_settings($text); return; }
	return "is of no kind that is run" if !$commands{$kind};
	(my $succeeded, $self->{output}) = $self->run_block($kind, $text);
	return $succeeded ? () : "failed:\n$self->{output}";
}

# Runs a page, named from the root of the tree. Where it starts a server itself, $server is undef.
sub run
{
	my ($page, $server) = @_;
	my $tree = $ENV{TESTDIR};
	my $directory = PostgreSQL::Test::Utils::tempdir_short();
	my $self = bless { server => $server, directory => $directory, etc => "$directory/etc", output => '',
		port => $server ? $server->port : PostgreSQL::Test::Cluster::get_free_port(),
		sql_port => $server ? $server->node->port : PostgreSQL::Test::Cluster::get_free_port() };
	my $ran = 0;

	mkdir $self->{etc}, 0700 or die $!;
	symlink "$tree/test/clients/node_modules", "$directory/node_modules" or die $!;
	local %ENV = (%ENV, PGDATABASE => 'postgres', PGPORT => $self->{sql_port},
		PGHOST => $server ? $server->node->host : '');
	delete $ENV{AWS_ENDPOINT_URL_DYNAMODB};
	for my $block (blocks(PostgreSQL::Test::Utils::slurp_file("$tree/$page")))
	{
		my ($line, $kind, $file, $text) = @$block;
		my ($wrong) = $self->take_block($kind, $file, $text);

		# What follows a program that has failed would fail, too.
		is($wrong, undef, "$page, line $line") or $kind eq 'text' or return;
		$ran++;
	}
	cmp_ok($ran, '>', 0, "$page has examples");
	return;
}

# Runs a page on a server of its own, which it stops.
sub run_on_server
{
	my ($page) = @_;
	my $server = server($page);

	run($page, $server);
	$server->node->stop('fast');
	return;
}

1;
