# docs/howto-testing.md: a server from its script, Jest with jest-dynamodb as it is, and dynamodb-admin.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DocumentPage;
use Test::More;

DocumentPage::run('docs/howto-testing.md');
done_testing();
