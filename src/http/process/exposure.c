/*
 * Settings are checked together, and each time that they may have changed: a check hook sees one of
 * them, before those that stand behind it in the file are read.
 *
 * A request from another machine is authenticated in any case. What it says is kept from others by
 * TLS, here or in a proxy that the operator vouches for.
 */
#include "http/process/exposure.h"

#include "http/process/settings.h"
#include "http/tls/tls_settings.h"

const char *
ExposureLacks(void)
{
	if (!HttpAuthenticationIsRequired())
		return "dynamo.authentication is not \"required\"";
	if (!TlsIsWanted() && !http_trust_proxy)
		return "dynamo.tls_cert_file is not set, and dynamo.http_trust_proxy is off";
	return NULL;
}

bool
ExposureIsRefused(void)
{
	if (ExposureLacks() == NULL)
		return false;
	for (const char *entry = HttpListenEntry(NULL); entry != NULL; entry = HttpListenEntry(entry))
		if (!HttpEntryIsLoopback(entry))
			return true;
	return false;
}
