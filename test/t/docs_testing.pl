# The how-to pages that need no server of the tests': one from the script of docs/howto-testing.md, with jest-dynamodb
# as it is and dynamodb-admin; and what docs/howto-packages.md leaves for make check-bare and make check-deb to run.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use DocumentPage;
use Test::More;

DocumentPage::run($_) for qw(docs/howto-testing.md docs/howto-packages.md);
done_testing();
