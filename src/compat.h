/*
 * Differences between the PostgreSQL versions that dynamo builds on. Every
 * #if on PG_VERSION_NUM stands here.
 */
#ifndef DYNAMO_COMPAT_H
#define DYNAMO_COMPAT_H

#if PG_VERSION_NUM < 150000
#error "dynamo needs PostgreSQL 15 or later"
#endif

#endif
