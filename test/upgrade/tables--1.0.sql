-- Tables that version 1.0 made: pg_dump --no-owner of its database, but for the version of the extension.


-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: dynamo; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA dynamo;


--
-- Name: dynamo; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION dynamo WITH SCHEMA dynamo VERSION '1.0';


--
-- Name: EXTENSION dynamo; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION dynamo IS 'DynamoDB tables: items, expressions, indexes and the HTTP API';


SET default_tablespace = '';

--
-- Name: Music; Type: TABLE; Schema: dynamo_tables; Owner: -
--

CREATE TABLE dynamo_tables."Music" (
    item jsonb NOT NULL,
    CONSTRAINT item_rules CHECK (dynamo.check_item(item, VARIADIC ARRAY['HASH S artist'::text, 'RANGE N track'::text, 'INDEX ByCover HASH S artist'::text, 'INDEX ByCover RANGE B cover'::text, 'INDEX ByGenre HASH S genre'::text, 'INDEX ByGenre RANGE N track'::text]))
)
PARTITION BY HASH (dynamo.key_text(item, 'artist'::text) COLLATE "C");


SET default_table_access_method = dynamo;

--
-- Name: Music/0; Type: TABLE; Schema: dynamo_tables; Owner: -
--

CREATE TABLE dynamo_tables."Music/0" (
    item jsonb NOT NULL,
    CONSTRAINT item_rules CHECK (dynamo.check_item(item, VARIADIC ARRAY['HASH S artist'::text, 'RANGE N track'::text, 'INDEX ByCover HASH S artist'::text, 'INDEX ByCover RANGE B cover'::text, 'INDEX ByGenre HASH S genre'::text, 'INDEX ByGenre RANGE N track'::text]))
)
WITH (fillfactor='85');


--
-- Name: Music/1; Type: TABLE; Schema: dynamo_tables; Owner: -
--

CREATE TABLE dynamo_tables."Music/1" (
    item jsonb NOT NULL,
    CONSTRAINT item_rules CHECK (dynamo.check_item(item, VARIADIC ARRAY['HASH S artist'::text, 'RANGE N track'::text, 'INDEX ByCover HASH S artist'::text, 'INDEX ByCover RANGE B cover'::text, 'INDEX ByGenre HASH S genre'::text, 'INDEX ByGenre RANGE N track'::text]))
)
WITH (fillfactor='85');


--
-- Name: Music/2; Type: TABLE; Schema: dynamo_tables; Owner: -
--

CREATE TABLE dynamo_tables."Music/2" (
    item jsonb NOT NULL,
    CONSTRAINT item_rules CHECK (dynamo.check_item(item, VARIADIC ARRAY['HASH S artist'::text, 'RANGE N track'::text, 'INDEX ByCover HASH S artist'::text, 'INDEX ByCover RANGE B cover'::text, 'INDEX ByGenre HASH S genre'::text, 'INDEX ByGenre RANGE N track'::text]))
)
WITH (fillfactor='85');


--
-- Name: Music/3; Type: TABLE; Schema: dynamo_tables; Owner: -
--

CREATE TABLE dynamo_tables."Music/3" (
    item jsonb NOT NULL,
    CONSTRAINT item_rules CHECK (dynamo.check_item(item, VARIADIC ARRAY['HASH S artist'::text, 'RANGE N track'::text, 'INDEX ByCover HASH S artist'::text, 'INDEX ByCover RANGE B cover'::text, 'INDEX ByGenre HASH S genre'::text, 'INDEX ByGenre RANGE N track'::text]))
)
WITH (fillfactor='85');


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af; Type: TABLE; Schema: dynamo_tables; Owner: -
--

CREATE TABLE dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af" (
    item jsonb NOT NULL,
    CONSTRAINT item_rules CHECK (dynamo.check_item(item, VARIADIC ARRAY['HASH B k'::text]))
)
PARTITION BY HASH (dynamo.key_binary(item, 'k'::text));


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/0; Type: TABLE; Schema: dynamo_tables; Owner: -
--

CREATE TABLE dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/0" (
    item jsonb NOT NULL,
    CONSTRAINT item_rules CHECK (dynamo.check_item(item, VARIADIC ARRAY['HASH B k'::text]))
)
WITH (fillfactor='85');


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/1; Type: TABLE; Schema: dynamo_tables; Owner: -
--

CREATE TABLE dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/1" (
    item jsonb NOT NULL,
    CONSTRAINT item_rules CHECK (dynamo.check_item(item, VARIADIC ARRAY['HASH B k'::text]))
)
WITH (fillfactor='85');


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/2; Type: TABLE; Schema: dynamo_tables; Owner: -
--

CREATE TABLE dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/2" (
    item jsonb NOT NULL,
    CONSTRAINT item_rules CHECK (dynamo.check_item(item, VARIADIC ARRAY['HASH B k'::text]))
)
WITH (fillfactor='85');


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/3; Type: TABLE; Schema: dynamo_tables; Owner: -
--

CREATE TABLE dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/3" (
    item jsonb NOT NULL,
    CONSTRAINT item_rules CHECK (dynamo.check_item(item, VARIADIC ARRAY['HASH B k'::text]))
)
WITH (fillfactor='85');


--
-- Name: Music; Type: VIEW; Schema: dynamo_views; Owner: -
--

CREATE VIEW dynamo_views."Music" WITH (security_invoker='true') AS
 SELECT "Music".item,
    (dynamo.key_text("Music".item, 'artist'::text) COLLATE "C") AS artist,
    dynamo.key_number("Music".item, 'track'::text) AS track,
    dynamo.key_binary("Music".item, 'cover'::text) AS cover,
    (dynamo.key_text("Music".item, 'genre'::text) COLLATE "C") AS genre
   FROM dynamo_tables."Music";


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af; Type: VIEW; Schema: dynamo_views; Owner: -
--

CREATE VIEW dynamo_views."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af" WITH (security_invoker='true') AS
 SELECT "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af".item,
    dynamo.key_binary("nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af".item, 'k'::text) AS k
   FROM dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af";


--
-- Name: Music/0; Type: TABLE ATTACH; Schema: dynamo_tables; Owner: -
--

ALTER TABLE ONLY dynamo_tables."Music" ATTACH PARTITION dynamo_tables."Music/0" FOR VALUES WITH (modulus 4, remainder 0);


--
-- Name: Music/1; Type: TABLE ATTACH; Schema: dynamo_tables; Owner: -
--

ALTER TABLE ONLY dynamo_tables."Music" ATTACH PARTITION dynamo_tables."Music/1" FOR VALUES WITH (modulus 4, remainder 1);


--
-- Name: Music/2; Type: TABLE ATTACH; Schema: dynamo_tables; Owner: -
--

ALTER TABLE ONLY dynamo_tables."Music" ATTACH PARTITION dynamo_tables."Music/2" FOR VALUES WITH (modulus 4, remainder 2);


--
-- Name: Music/3; Type: TABLE ATTACH; Schema: dynamo_tables; Owner: -
--

ALTER TABLE ONLY dynamo_tables."Music" ATTACH PARTITION dynamo_tables."Music/3" FOR VALUES WITH (modulus 4, remainder 3);


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/0; Type: TABLE ATTACH; Schema: dynamo_tables; Owner: -
--

ALTER TABLE ONLY dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af" ATTACH PARTITION dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/0" FOR VALUES WITH (modulus 4, remainder 0);


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/1; Type: TABLE ATTACH; Schema: dynamo_tables; Owner: -
--

ALTER TABLE ONLY dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af" ATTACH PARTITION dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/1" FOR VALUES WITH (modulus 4, remainder 1);


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/2; Type: TABLE ATTACH; Schema: dynamo_tables; Owner: -
--

ALTER TABLE ONLY dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af" ATTACH PARTITION dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/2" FOR VALUES WITH (modulus 4, remainder 2);


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/3; Type: TABLE ATTACH; Schema: dynamo_tables; Owner: -
--

ALTER TABLE ONLY dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af" ATTACH PARTITION dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/3" FOR VALUES WITH (modulus 4, remainder 3);


--
-- Data for Name: scaling_activity_log; Type: TABLE DATA; Schema: dynamo; Owner: -
--

COPY dynamo.scaling_activity_log (activity_id, table_id, index_name, dimension, start_time, end_time, from_capacity, to_capacity, cause, failure) FROM stdin;
5da9211a-7a7f-4203-86b9-42596cc05cd8	c3c32588-710e-449a-8de7-247be281d852	\N	dynamodb:table:ReadCapacityUnits	2026-11-26 14:23:22.819857+00	2026-11-26 14:23:22.819857+00	5	10	minimum capacity was set to 10	\N
\.


--
-- Data for Name: table_catalog; Type: TABLE DATA; Schema: dynamo; Owner: -
--

COPY dynamo.table_catalog (name, id, relation, leaves, created, status, definition, settings) FROM stdin;
nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn	c3c32588-710e-449a-8de7-247be281d852	dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af"	{"dynamo_tables.\\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/0\\"","dynamo_tables.\\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/1\\"","dynamo_tables.\\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/2\\"","dynamo_tables.\\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/3\\""}	2026-11-26 14:23:22.817586+00	ACTIVE	{"sort": [], "indexes": [], "partition": ["k"], "attributes": [{"name": "k", "type": "B"}], "next_index": 1}	{"Tags": [], "Indexes": {}, "Scaling": [{"Max": 20, "Min": 10, "Policy": {"Name": "half", "Target": 50.0, "DisableScaleIn": false, "ScaleInCooldown": 0, "ScaleOutCooldown": 0}, "Dimension": "Read"}], "Capacity": {"Read": 10, "Write": 5, "WarmRead": 5, "WarmWrite": 5, "LastIncrease": 1795703002819}}
Music	384895dc-7f9c-423e-ae8d-1b05bf305556	dynamo_tables."Music"	{"dynamo_tables.\\"Music/0\\"","dynamo_tables.\\"Music/1\\"","dynamo_tables.\\"Music/2\\"","dynamo_tables.\\"Music/3\\""}	2026-11-26 14:23:22.797119+00	ACTIVE	{"sort": ["track"], "indexes": [{"name": "ByCover", "sort": ["cover"], "local": true, "number": 1, "status": "ACTIVE", "include": [], "partition": ["artist"], "projection": "KEYS_ONLY", "backfilling": false}, {"name": "ByGenre", "sort": ["track"], "local": false, "number": 2, "status": "ACTIVE", "include": ["title"], "partition": ["genre"], "projection": "INCLUDE", "backfilling": false}], "partition": ["artist"], "attributes": [{"name": "artist", "type": "S"}, {"name": "track", "type": "N"}, {"name": "genre", "type": "S"}, {"name": "cover", "type": "B"}], "next_index": 4, "time_to_live": {"number": 3, "status": "ACTIVE", "attribute": "expires"}}	{"Tags": [{"Key": "owner", "Value": "me"}], "Indexes": {"ByGenre": {}}, "Capacity": {}, "OnDemand": true, "BecameOnDemand": 1795703002775}
\.


--
-- Data for Name: Music/0; Type: TABLE DATA; Schema: dynamo_tables; Owner: -
--

COPY dynamo_tables."Music/0" (item) FROM stdin;
{"cover": {"$b": "AAQ="}, "genre": "g1", "title": "t4", "track": 4, "artist": "a0", "expires": 4102444800}
{"cover": {"$b": "AAg="}, "genre": "g2", "title": "t8", "track": 8, "artist": "a0", "expires": 4102444800}
{"cover": {"$b": "AAw="}, "genre": "g0", "title": "t12", "track": 12, "artist": "a0", "expires": 4102444800}
{"cover": {"$b": "ABA="}, "genre": "g1", "title": "t16", "track": 16, "artist": "a0", "expires": 4102444800}
{"cover": {"$b": "ABQ="}, "genre": "g2", "title": "t20", "track": 20, "artist": "a0", "expires": 4102444800}
{"cover": {"$b": "ABg="}, "genre": "g0", "title": "t24", "track": 24, "artist": "a0", "expires": 4102444800}
{"cover": {"$b": "ABw="}, "genre": "g1", "title": "t28", "track": 28, "artist": "a0", "expires": 4102444800}
{"cover": {"$b": "ACA="}, "genre": "g2", "title": "t32", "track": 32, "artist": "a0", "expires": 4102444800}
{"cover": {"$b": "ACQ="}, "genre": "g0", "title": "t36", "track": 36, "artist": "a0", "expires": 4102444800}
{"cover": {"$b": "ACg="}, "genre": "g1", "title": "t40", "track": 40, "artist": "a0", "expires": 4102444800}
\.


--
-- Data for Name: Music/1; Type: TABLE DATA; Schema: dynamo_tables; Owner: -
--

COPY dynamo_tables."Music/1" (item) FROM stdin;
\.


--
-- Data for Name: Music/2; Type: TABLE DATA; Schema: dynamo_tables; Owner: -
--

COPY dynamo_tables."Music/2" (item) FROM stdin;
{"cover": {"$b": "AAI="}, "genre": "g2", "title": "t2", "track": 2, "artist": "a2", "expires": 4102444800}
{"cover": {"$b": "AAY="}, "genre": "g0", "title": "t6", "track": 6, "artist": "a2", "expires": 4102444800}
{"cover": {"$b": "AAo="}, "genre": "g1", "title": "t10", "track": 10, "artist": "a2", "expires": 4102444800}
{"cover": {"$b": "AA4="}, "genre": "g2", "title": "t14", "track": 14, "artist": "a2", "expires": 4102444800}
{"cover": {"$b": "ABI="}, "genre": "g0", "title": "t18", "track": 18, "artist": "a2", "expires": 4102444800}
{"cover": {"$b": "ABY="}, "genre": "g1", "title": "t22", "track": 22, "artist": "a2", "expires": 4102444800}
{"cover": {"$b": "ABo="}, "genre": "g2", "title": "t26", "track": 26, "artist": "a2", "expires": 4102444800}
{"cover": {"$b": "AB4="}, "genre": "g0", "title": "t30", "track": 30, "artist": "a2", "expires": 4102444800}
{"cover": {"$b": "ACI="}, "genre": "g1", "title": "t34", "track": 34, "artist": "a2", "expires": 4102444800}
{"cover": {"$b": "ACY="}, "genre": "g2", "title": "t38", "track": 38, "artist": "a2", "expires": 4102444800}
\.


--
-- Data for Name: Music/3; Type: TABLE DATA; Schema: dynamo_tables; Owner: -
--

COPY dynamo_tables."Music/3" (item) FROM stdin;
{"cover": {"$b": "AAE="}, "genre": "g1", "title": "t1", "track": 1, "artist": "a1", "expires": 4102444800}
{"cover": {"$b": "AAM="}, "genre": "g0", "title": "t3", "track": 3, "artist": "a3", "expires": 4102444800}
{"cover": {"$b": "AAU="}, "genre": "g2", "title": "t5", "track": 5, "artist": "a1", "expires": 4102444800}
{"cover": {"$b": "AAc="}, "genre": "g1", "title": "t7", "track": 7, "artist": "a3", "expires": 4102444800}
{"cover": {"$b": "AAk="}, "genre": "g0", "title": "t9", "track": 9, "artist": "a1", "expires": 4102444800}
{"cover": {"$b": "AAs="}, "genre": "g2", "title": "t11", "track": 11, "artist": "a3", "expires": 4102444800}
{"cover": {"$b": "AA0="}, "genre": "g1", "title": "t13", "track": 13, "artist": "a1", "expires": 4102444800}
{"cover": {"$b": "AA8="}, "genre": "g0", "title": "t15", "track": 15, "artist": "a3", "expires": 4102444800}
{"cover": {"$b": "ABE="}, "genre": "g2", "title": "t17", "track": 17, "artist": "a1", "expires": 4102444800}
{"cover": {"$b": "ABM="}, "genre": "g1", "title": "t19", "track": 19, "artist": "a3", "expires": 4102444800}
{"cover": {"$b": "ABU="}, "genre": "g0", "title": "t21", "track": 21, "artist": "a1", "expires": 4102444800}
{"cover": {"$b": "ABc="}, "genre": "g2", "title": "t23", "track": 23, "artist": "a3", "expires": 4102444800}
{"cover": {"$b": "ABk="}, "genre": "g1", "title": "t25", "track": 25, "artist": "a1", "expires": 4102444800}
{"cover": {"$b": "ABs="}, "genre": "g0", "title": "t27", "track": 27, "artist": "a3", "expires": 4102444800}
{"cover": {"$b": "AB0="}, "genre": "g2", "title": "t29", "track": 29, "artist": "a1", "expires": 4102444800}
{"cover": {"$b": "AB8="}, "genre": "g1", "title": "t31", "track": 31, "artist": "a3", "expires": 4102444800}
{"cover": {"$b": "ACE="}, "genre": "g0", "title": "t33", "track": 33, "artist": "a1", "expires": 4102444800}
{"cover": {"$b": "ACM="}, "genre": "g2", "title": "t35", "track": 35, "artist": "a3", "expires": 4102444800}
{"cover": {"$b": "ACU="}, "genre": "g1", "title": "t37", "track": 37, "artist": "a1", "expires": 4102444800}
{"cover": {"$b": "ACc="}, "genre": "g0", "title": "t39", "track": 39, "artist": "a3", "expires": 4102444800}
\.


--
-- Data for Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/0; Type: TABLE DATA; Schema: dynamo_tables; Owner: -
--

COPY dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/0" (item) FROM stdin;
\.


--
-- Data for Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/1; Type: TABLE DATA; Schema: dynamo_tables; Owner: -
--

COPY dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/1" (item) FROM stdin;
{"k": {"$b": "AQI="}, "all": [{"$m": {"$b": "x"}}, {"$ss": ["a", "b"]}, {"$ns": [1, 2.5]}, {"$bs": ["AA=="]}, null, false, "a\\\\u0000b"]}
\.


--
-- Data for Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/2; Type: TABLE DATA; Schema: dynamo_tables; Owner: -
--

COPY dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/2" (item) FROM stdin;
\.


--
-- Data for Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/3; Type: TABLE DATA; Schema: dynamo_tables; Owner: -
--

COPY dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/3" (item) FROM stdin;
\.


--
-- Name: Music/0/1; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE INDEX "Music/0/1" ON dynamo_tables."Music/0" USING btree (dynamo.key_text(item, 'artist'::text) COLLATE "C", dynamo.key_binary(item, 'cover'::text), dynamo.key_suffix(item, 'artist'::text, 'track'::text)) WHERE (dynamo.key_binary(item, 'cover'::text) IS NOT NULL);


--
-- Name: Music/0/2; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE INDEX "Music/0/2" ON dynamo_tables."Music/0" USING btree (dynamo.key_text(item, 'genre'::text) COLLATE "C", dynamo.key_number(item, 'track'::text), dynamo.key_suffix(item, 'artist'::text, 'track'::text)) WHERE ((dynamo.key_text(item, 'genre'::text) COLLATE "C") IS NOT NULL);


--
-- Name: Music/0/3; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE INDEX "Music/0/3" ON dynamo_tables."Music/0" USING btree (dynamo.key_number(item, 'expires'::text)) WHERE (dynamo.key_number(item, 'expires'::text) IS NOT NULL);


--
-- Name: Music/0/key; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE UNIQUE INDEX "Music/0/key" ON dynamo_tables."Music/0" USING btree (dynamo.key_text(item, 'artist'::text) COLLATE "C", dynamo.key_number(item, 'track'::text));


--
-- Name: Music/1/1; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE INDEX "Music/1/1" ON dynamo_tables."Music/1" USING btree (dynamo.key_text(item, 'artist'::text) COLLATE "C", dynamo.key_binary(item, 'cover'::text), dynamo.key_suffix(item, 'artist'::text, 'track'::text)) WHERE (dynamo.key_binary(item, 'cover'::text) IS NOT NULL);


--
-- Name: Music/1/2; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE INDEX "Music/1/2" ON dynamo_tables."Music/1" USING btree (dynamo.key_text(item, 'genre'::text) COLLATE "C", dynamo.key_number(item, 'track'::text), dynamo.key_suffix(item, 'artist'::text, 'track'::text)) WHERE ((dynamo.key_text(item, 'genre'::text) COLLATE "C") IS NOT NULL);


--
-- Name: Music/1/3; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE INDEX "Music/1/3" ON dynamo_tables."Music/1" USING btree (dynamo.key_number(item, 'expires'::text)) WHERE (dynamo.key_number(item, 'expires'::text) IS NOT NULL);


--
-- Name: Music/1/key; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE UNIQUE INDEX "Music/1/key" ON dynamo_tables."Music/1" USING btree (dynamo.key_text(item, 'artist'::text) COLLATE "C", dynamo.key_number(item, 'track'::text));


--
-- Name: Music/2/1; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE INDEX "Music/2/1" ON dynamo_tables."Music/2" USING btree (dynamo.key_text(item, 'artist'::text) COLLATE "C", dynamo.key_binary(item, 'cover'::text), dynamo.key_suffix(item, 'artist'::text, 'track'::text)) WHERE (dynamo.key_binary(item, 'cover'::text) IS NOT NULL);


--
-- Name: Music/2/2; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE INDEX "Music/2/2" ON dynamo_tables."Music/2" USING btree (dynamo.key_text(item, 'genre'::text) COLLATE "C", dynamo.key_number(item, 'track'::text), dynamo.key_suffix(item, 'artist'::text, 'track'::text)) WHERE ((dynamo.key_text(item, 'genre'::text) COLLATE "C") IS NOT NULL);


--
-- Name: Music/2/3; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE INDEX "Music/2/3" ON dynamo_tables."Music/2" USING btree (dynamo.key_number(item, 'expires'::text)) WHERE (dynamo.key_number(item, 'expires'::text) IS NOT NULL);


--
-- Name: Music/2/key; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE UNIQUE INDEX "Music/2/key" ON dynamo_tables."Music/2" USING btree (dynamo.key_text(item, 'artist'::text) COLLATE "C", dynamo.key_number(item, 'track'::text));


--
-- Name: Music/3/1; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE INDEX "Music/3/1" ON dynamo_tables."Music/3" USING btree (dynamo.key_text(item, 'artist'::text) COLLATE "C", dynamo.key_binary(item, 'cover'::text), dynamo.key_suffix(item, 'artist'::text, 'track'::text)) WHERE (dynamo.key_binary(item, 'cover'::text) IS NOT NULL);


--
-- Name: Music/3/2; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE INDEX "Music/3/2" ON dynamo_tables."Music/3" USING btree (dynamo.key_text(item, 'genre'::text) COLLATE "C", dynamo.key_number(item, 'track'::text), dynamo.key_suffix(item, 'artist'::text, 'track'::text)) WHERE ((dynamo.key_text(item, 'genre'::text) COLLATE "C") IS NOT NULL);


--
-- Name: Music/3/3; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE INDEX "Music/3/3" ON dynamo_tables."Music/3" USING btree (dynamo.key_number(item, 'expires'::text)) WHERE (dynamo.key_number(item, 'expires'::text) IS NOT NULL);


--
-- Name: Music/3/key; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE UNIQUE INDEX "Music/3/key" ON dynamo_tables."Music/3" USING btree (dynamo.key_text(item, 'artist'::text) COLLATE "C", dynamo.key_number(item, 'track'::text));


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/0/key; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE UNIQUE INDEX "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/0/key" ON dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/0" USING btree (dynamo.key_binary(item, 'k'::text));


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/1/key; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE UNIQUE INDEX "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/1/key" ON dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/1" USING btree (dynamo.key_binary(item, 'k'::text));


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/2/key; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE UNIQUE INDEX "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/2/key" ON dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/2" USING btree (dynamo.key_binary(item, 'k'::text));


--
-- Name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/3/key; Type: INDEX; Schema: dynamo_tables; Owner: -
--

CREATE UNIQUE INDEX "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/3/key" ON dynamo_tables."nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~79548bac19d687af/3" USING btree (dynamo.key_binary(item, 'k'::text));


--
-- PostgreSQL database dump complete
--


