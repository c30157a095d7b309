/*
 * The HTTP library makes sessions and speaks TLS through them. What they are to be is set here.
 *
 * A resumed session brings the client's certificate along, and is verified as a new one is: a
 * ticket does not outlive the trust in its owner.
 */
#include "http/tls/tls_session.h"

#include <gnutls/x509.h>

#include "http/tls/ticket_key.h"

/* 0, or what ends the handshake with an alert. */
static int
VerifyClient(gnutls_session_t session)
{
	gnutls_typed_vdata_st purpose = { GNUTLS_DT_KEY_PURPOSE_OID,
		                              (unsigned char *) GNUTLS_KP_TLS_WWW_CLIENT, 0 };
	unsigned int count;
	unsigned int faults;

	if (gnutls_certificate_get_peers(session, &count) == NULL)
		return 0; /* it need not have one */
	if (gnutls_certificate_verify_peers(session, &purpose, 1, &faults) != 0 || faults != 0)
		return GNUTLS_E_CERTIFICATE_ERROR;
	return 0;
}

static void
OfferTickets(gnutls_session_t session)
{
	gnutls_datum_t key = TicketKey();

	if (key.size > 0)
		gnutls_session_ticket_enable_server(session, &key);
}

TlsCredentials *
TlsSessionBegin(gnutls_session_t session)
{
	TlsCredentials *credentials = CredentialsTake();

	if (credentials == NULL)
		return NULL;
	if (gnutls_priority_set(session, credentials->priority) != 0 ||
	    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials->certificates) != 0)
	{
		CredentialsGiveBack(credentials);
		return NULL;
	}
	if (credentials->asks_clients)
	{
		gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUEST);
		gnutls_session_set_verify_function(session, VerifyClient);
	}
	OfferTickets(session);
	return credentials;
}

/* The client's last message has come, and the server's has gone; a ticket may follow it. */
bool
TlsSessionIsOpen(gnutls_session_t session)
{
	gnutls_handshake_description_t sent = gnutls_handshake_get_last_out(session);

	return gnutls_handshake_get_last_in(session) == GNUTLS_HANDSHAKE_FINISHED &&
	       (sent == GNUTLS_HANDSHAKE_FINISHED || sent == GNUTLS_HANDSHAKE_NEW_SESSION_TICKET);
}

/* A NUL inside would hide what follows it. */
static bool
CopyName(const void *name, size_t length, char copy[TLS_MAX_NAME])
{
	if (length == 0 || length >= TLS_MAX_NAME || memchr(name, '\0', length) != NULL)
		return false;
	memcpy(copy, name, length);
	copy[length] = '\0';
	return true;
}

static void
ReadCommonName(gnutls_x509_crt_t certificate, char name[TLS_MAX_NAME])
{
	char found[TLS_MAX_NAME];
	char second[TLS_MAX_NAME];
	size_t length = sizeof(found);
	size_t second_length = sizeof(second);

	name[0] = '\0';
	if (gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, found,
	                                  &length) != 0)
		return;
	if (gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 1, 0, second,
	                                  &second_length) == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		CopyName(found, length, name);
}

static bool
ReadSubject(gnutls_x509_crt_t certificate, TlsSubject *subject)
{
	gnutls_datum_t name;
	bool read;

	ReadCommonName(certificate, subject->common_name);
	if (gnutls_x509_crt_get_dn3(certificate, &name, 0) != 0)
		return false;
	read = CopyName(name.data, name.size, subject->distinguished_name);
	gnutls_free(name.data);
	return read;
}

bool
TlsSessionSubject(gnutls_session_t session, TlsSubject *subject)
{
	unsigned int count;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
	gnutls_x509_crt_t certificate;
	bool read;

	if (chain == NULL || count == 0 || VerifyClient(session) != 0 ||
	    gnutls_x509_crt_init(&certificate) != 0)
		return false;
	read = gnutls_x509_crt_import(certificate, &chain[0], GNUTLS_X509_FMT_DER) == 0 &&
	       ReadSubject(certificate, subject);
	gnutls_x509_crt_deinit(certificate);
	return read;
}

void
TlsSessionSend(gnutls_session_t session, const char *data, size_t length)
{
	gnutls_record_send(session, data, length);
}
