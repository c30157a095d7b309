/*
 * The process that starts the workers of maintenance.
 */
#ifndef DYNAMO_LAUNCHER_H
#define DYNAMO_LAUNCHER_H

/* Registers the launcher while the server starts. */
extern void LauncherInit(void);

#endif
