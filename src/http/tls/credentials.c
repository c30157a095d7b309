/*
 * Each reload reads the files anew: a certificate is renewed by writing its files and a reload.
 */
#include "http/tls/credentials.h"

#include "internals.h"
#include "http/tls/tls_settings.h"

static const char *const priorities[] = {
	[TLS_1_2] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE",
	[TLS_1_3] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:%SERVER_PRECEDENCE",
};

static TlsCredentials *newest = NULL;

/* Frees what there is of them. */
static void
Free(TlsCredentials *credentials)
{
	if (credentials->certificates != NULL)
		gnutls_certificate_free_credentials(credentials->certificates);
	if (credentials->priority != NULL)
		gnutls_priority_deinit(credentials->priority);
	free(credentials);
}

static bool
Complain(const char *what, const char *file, int code)
{
	ereport(LOG,
	        (errcode(ERRCODE_CONFIG_FILE_ERROR),
	         errmsg("dynamo could not load the %s \"%s\": %s", what, file, gnutls_strerror(code))));
	return false;
}

/* PostgreSQL's own rule of private keys: owned by root or the server's user, and closed to others.
 */
static bool
LoadOwnCertificate(gnutls_certificate_credentials_t certificates)
{
	int code;

	if (tls_key_file[0] == '\0')
	{
		ereport(LOG, (errcode(ERRCODE_CONFIG_FILE_ERROR),
		              errmsg("dynamo.tls_cert_file needs dynamo.tls_key_file")));
		return false;
	}
	if (!PrivateKeyFileIsSafe(tls_key_file))
		return false;
	code = gnutls_certificate_set_x509_key_file2(certificates, tls_cert_file, tls_key_file,
	                                             GNUTLS_X509_FMT_PEM, NULL, 0);
	return code >= 0 || Complain("certificate and key", tls_cert_file, code);
}

/* A file of no certificates would trust nobody: that is a mistake. */
static bool
LoadClientAuthorities(gnutls_certificate_credentials_t certificates)
{
	int code;

	if (tls_client_ca_file[0] == '\0')
		return true;
	code = gnutls_certificate_set_x509_trust_file(certificates, tls_client_ca_file,
	                                              GNUTLS_X509_FMT_PEM);
	if (code <= 0)
		return Complain("authorities of clients", tls_client_ca_file,
		                code < 0 ? code : GNUTLS_E_NO_CERTIFICATE_FOUND);
	if (tls_client_crl_file[0] == '\0')
		return true;
	code = gnutls_certificate_set_x509_crl_file(certificates, tls_client_crl_file,
	                                            GNUTLS_X509_FMT_PEM);
	return code >= 0 || Complain("revoked certificates", tls_client_crl_file, code);
}

/* False where the files are not sound, or there is no memory. */
static bool
Fill(TlsCredentials *credentials)
{
	int code = gnutls_certificate_allocate_credentials(&credentials->certificates);

	if (code < 0)
		return Complain("certificate", tls_cert_file, code);
	code = gnutls_priority_init(&credentials->priority, priorities[tls_min_version], NULL);
	if (code < 0)
		return Complain("versions of", "TLS", code);
	credentials->asks_clients = tls_client_ca_file[0] != '\0';
	return LoadOwnCertificate(credentials->certificates) &&
	       LoadClientAuthorities(credentials->certificates);
}

bool
CredentialsLoad(void)
{
	TlsCredentials *read = calloc(1, sizeof(TlsCredentials));

	if (read == NULL)
		return false;
	if (!Fill(read))
	{
		Free(read);
		return false;
	}
	read->older = newest;
	newest = read;
	CredentialsSweep();
	return true;
}

bool
CredentialsAreThere(void)
{
	return newest != NULL;
}

TlsCredentials *
CredentialsTake(void)
{
	if (newest != NULL)
		newest->users++;
	return newest;
}

void
CredentialsGiveBack(TlsCredentials *credentials)
{
	credentials->users--;
}

void
CredentialsSweep(void)
{
	TlsCredentials **link;

	if (newest == NULL)
		return;
	link = &newest->older;
	while (*link != NULL)
	{
		TlsCredentials *old = *link;

		if (old->users > 0)
		{
			link = &old->older;
			continue;
		}
		*link = old->older;
		Free(old);
	}
}
