/*
 * Where Kinesis is, and whose keys calls of it are signed with.
 */
#ifndef DYNAMO_KINESIS_SETTING_H
#define DYNAMO_KINESIS_SETTING_H

extern char *kinesis_endpoint;   /* an URL; empty: there is none */
extern char *kinesis_credential; /* a name of dynamo.endpoint_credential */

extern void KinesisSettingsInit(void);

#endif
