/*
 * The logical messages that stand around deletions by time to live in WAL, for those who decode it:
 *
 *   {"table":"Music","userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}}
 *   ... deletions of items of this table ...
 *   {"table":"Music","userIdentity":null}
 */
#ifndef DYNAMO_DELETION_MARK_H
#define DYNAMO_DELETION_MARK_H

#define DELETION_MARK_PREFIX "dynamo"
#define DELETION_MARK_TABLE "{\"table\":\""
#define DELETION_MARK_IDENTITY "\",\"userIdentity\":"
#define SERVICE_IDENTITY "{\"type\":\"Service\",\"principalId\":\"dynamodb.amazonaws.com\"}"

#endif
