# The how-to pages that need a server as make run makes one: what they show runs, and comes out as it is shown.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DocumentPage;
use Test::More;

DocumentPage::run_on_server("docs/howto-$_.md") for ($ENV{PAGES} ? split(" ", $ENV{PAGES}) : qw(production moving backup-drill streams tenants tuning));
done_testing();
