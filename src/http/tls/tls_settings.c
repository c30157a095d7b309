/*
 * See tls_settings.h.
 */
#include "http/tls/tls_settings.h"

#include "utils/guc.h"

#include "http/tls/ticket_key.h"

char *tls_cert_file = "";
char *tls_key_file = "";
char *tls_client_ca_file = "";
char *tls_client_crl_file = "";
char *tls_client_map_file = "";
int tls_min_version = TLS_1_2;

static const struct config_enum_entry versions[] = { { "TLSv1.2", TLS_1_2, false },
	                                                 { "TLSv1.3", TLS_1_3, false },
	                                                 { NULL, 0, false } };

static const struct
{
	const char *name;
	const char *description;
	char **variable;
} files[] = {
	{ "dynamo.tls_cert_file",
	  "File with the certificate chain of the HTTP API; empty turns TLS off.", &tls_cert_file },
	{ "dynamo.tls_key_file", "File with the private key of dynamo.tls_cert_file.", &tls_key_file },
	{ "dynamo.tls_client_ca_file",
	  "File with the authorities whose client certificates are accepted.", &tls_client_ca_file },
	{ "dynamo.tls_client_crl_file", "File with certificates that authorities have revoked.",
	  &tls_client_crl_file },
	{ "dynamo.tls_client_map_file", "File that maps client certificates to roles.",
	  &tls_client_map_file },
};

bool
TlsIsWanted(void)
{
	return tls_cert_file[0] != '\0';
}

void
TlsInit(void)
{
	for (int i = 0; i < lengthof(files); i++)
		DefineCustomStringVariable(files[i].name, files[i].description, NULL, files[i].variable, "",
		                           PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable("dynamo.tls_min_version",
	                         "Oldest version of TLS that the HTTP API speaks.", NULL,
	                         &tls_min_version, TLS_1_2, versions, PGC_SIGHUP, 0, NULL, NULL, NULL);
	TicketKeyInit();
}
