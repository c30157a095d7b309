# A TLS client that decides which bytes its socket sends when: OpenSSL makes the records in memory.
package TlsRecords;

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use Net::SSLeay;
use Socket qw(IPPROTO_TCP SOL_SOCKET SO_RCVBUF TCP_NODELAY);

my $patience = 120; # seconds, after which a test has failed
my $at_once = 4096;

# Connects and shakes hands but for the client's last flight, which is the first that to_send returns. A small
# `receive` buffer has the server's fill soon.
sub new
{
	my ($class, $port, %options) = @_;
	my $socket = IO::Socket::INET->new(Proto => 'tcp') or die $!;
	my $context = Net::SSLeay::CTX_new_with_method(Net::SSLeay::TLS_method());

	setsockopt $socket, SOL_SOCKET, SO_RCVBUF, $options{receive} if $options{receive};
	connect $socket, Socket::sockaddr_in($port, Socket::inet_aton('127.0.0.1')) or die $!;
	setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1;
	my $self = bless {
		socket => $socket, context => $context, ssl => Net::SSLeay::new($context), records => '', plain => '',
		in => Net::SSLeay::BIO_new(Net::SSLeay::BIO_s_mem()), out => Net::SSLeay::BIO_new(Net::SSLeay::BIO_s_mem()),
	}, $class;
	Net::SSLeay::set_bio($self->{ssl}, $self->{in}, $self->{out});
	Net::SSLeay::set_connect_state($self->{ssl});
	while (Net::SSLeay::do_handshake($self->{ssl}) != 1)
	{
		$self->send($self->to_send);
		$self->receive or die 'the handshake ended';
	}
	return $self;
}

# What has been made and not been taken yet.
sub to_send
{
	my ($self) = @_;
	my $bytes = '';

	while (my $some = Net::SSLeay::BIO_pending($self->{out})) { $bytes .= Net::SSLeay::BIO_read($self->{out}, $some); }
	return $bytes;
}

# The records of a text: one, where it is short.
sub records_of
{
	my ($self, $text) = @_;

	Net::SSLeay::write($self->{ssl}, $text) == length $text or die 'nothing was written';
	return $self->to_send;
}

# The record that says that no more will follow.
sub close_notify
{
	my ($self) = @_;

	Net::SSLeay::shutdown($self->{ssl});
	return $self->to_send;
}

sub send
{
	my ($self, $bytes) = @_;

	while (length $bytes)
	{
		my $sent = syswrite $self->{socket}, $bytes;
		die "nothing was sent: $!" unless $sent;
		substr $bytes, 0, $sent, '';
	}
	return;
}

# Sends until the socket takes no more; returns what is left.
sub send_until_full
{
	my ($self, $bytes) = @_;
	my $room = IO::Select->new($self->{socket});

	$self->{socket}->blocking(0);
	while (length $bytes && $room->can_write(1))
	{
		my $sent = syswrite $self->{socket}, $bytes, $at_once;
		substr $bytes, 0, $sent // 0, '';
	}
	$self->{socket}->blocking(1);
	return $bytes;
}

# Reads once from the socket; false at its end.
sub receive
{
	my ($self) = @_;

	IO::Select->new($self->{socket})->can_read($patience) or die 'nothing came';
	my $bytes = '';
	my $got = sysread $self->{socket}, $bytes, $at_once;
	return 0 unless $got;
	$self->{records} .= $bytes;
	Net::SSLeay::BIO_write($self->{in}, $bytes);
	return 1;
}

# Whole application records since the last call, and none of what the handshake has left behind.
sub count_records
{
	my ($self) = @_;
	my $count = 0;

	while (length $self->{records} >= 5)
	{
		my ($type, undef, $length) = unpack 'Cnn', $self->{records};
		last if length $self->{records} < 5 + $length;
		substr $self->{records}, 0, 5 + $length, '';
		$count++ if $type == 23;
	}
	return $count;
}

sub read_some
{
	my ($self) = @_;

	while (1)
	{
		my ($text, $result) = Net::SSLeay::read($self->{ssl});
		return $text if defined $text && $result > 0;
		return '' unless $self->receive;
	}
}

# Statuses of the next answers, as many as there are before the connection ends, and $most at most.
sub statuses
{
	my ($self, $most) = @_;
	my @statuses;

	while (@statuses < $most)
	{
		if ($self->{plain} =~ /\A(HTTP\/1\.1 (\d{3}) .*?\r\n\r\n)/s)
		{
			my ($head, $status) = ($1, $2);
			my ($length) = $head =~ /^content-length: (\d+)/im;
			if (length $self->{plain} >= length($head) + $length)
			{
				substr $self->{plain}, 0, length($head) + $length, '';
				push @statuses, $status;
				next;
			}
		}
		my $some = $self->read_some;
		return @statuses if $some eq '';
		$self->{plain} .= $some;
	}
	return @statuses;
}

sub DESTROY
{
	my ($self) = @_;

	Net::SSLeay::free($self->{ssl});
	Net::SSLeay::CTX_free($self->{context});
	return;
}

1;
