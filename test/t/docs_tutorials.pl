# The README and the tutorials: what they show runs, and comes out as it is shown.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DocumentPage;
use Test::More;

DocumentPage::run_on_server($_) for qw(README.md docs/README.md docs/tutorial-dynamodb.md docs/tutorial-postgresql.md);
done_testing();
