/*
 * Inputs that are made by which branches earlier ones have taken, where the module is built
 * with clang's libFuzzer (module.sh).
 */
#ifndef FUZZ_COVERAGE_H
#define FUZZ_COVERAGE_H

#include "fuzz_loop.h"

/*
 * Runs the target for fuzz.seconds seconds, from the seeds (each a bytea) and the inputs in the
 * directory fuzz.corpus/NAME, to which inputs that take a new branch are added. How many
 * inputs it were goes to the client as a notice; an input that crashes, or is refused with an error
 * that is not expected, is left in fuzz.corpus as NAME-crash-..., and raised.
 */
extern void FuzzByCoverage(const FuzzLanguage *language, const Datum *seeds, int seed_count);

#endif
