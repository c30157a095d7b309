# The how-to pages that need a server as make run makes one: what they show runs, and comes out as it is shown.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DocumentPage;
use Test::More;

DocumentPage::run_on_server("docs/$_")
	for qw(howto-production.md howto-moving.md howto-backup-drill.md howto-streams.md howto-tenants.md howto-tuning.md);
done_testing();
