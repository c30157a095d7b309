-- Which addresses triggers and destinations may call as the setting is at first; test/t/kinesis.pl has others.
CREATE FUNCTION pg_temp.allowed(VARIADIC addresses inet[]) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(CASE WHEN dynamo.endpoint_address_is_allowed(a) THEN '' ELSE '!' END || host(a), ' ') FROM unnest(addresses) a $$;
-- Public ones only, by default; forms of IPv6 are what they end at
SELECT pg_temp.allowed('8.8.8.8', '2606:4700::1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2002:808:808::1');
SELECT pg_temp.allowed('127.0.0.1', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '::127.0.0.1');
SELECT pg_temp.allowed('10.1.2.3', '172.16.0.1', '172.31.255.255', '172.32.0.0', '192.168.1.1', '100.64.0.1', 'fd12::1', '::ffff:10.1.2.3');
SELECT pg_temp.allowed('169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::1', 'fd00:ec2::254', 'fd20:ce::254', '100.100.100.200',
	'192.0.0.192', 'fe80::1', 'fec0::1');
SELECT pg_temp.allowed('0.0.0.0', '::', '224.0.0.1', 'ff02::1', '255.255.255.255', '240.0.0.1', '192.0.2.1', '198.18.0.1', '203.0.113.1', '2001::1', '2001:db8::1',
	'100::1', '64:ff9b:1::1');
SHOW dynamo.endpoint_addresses;
