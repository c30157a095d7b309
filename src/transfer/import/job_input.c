/*
 * See job_input.h.
 */
#include "transfer/import/job_input.h"

#include "compat.h"
#include "model/read.h"

#define DEFAULT_DELIMITER ','

const Structure *
ImportJobRequest(const ImportJob *job)
{
	return RequestReadText(job->kind == JOB_IMPORT ? &shape_ImportTableInput
	                                               : &shape_StartBulkPutItemsInput,
	                       job->request);
}

static void
ReadLocation(const Structure *location, InputOptions *options)
{
	options->bucket = StructureString(location, member_S3Bucket);
	options->owner = StructureString(location, member_S3BucketOwner);
	options->prefix = StructureString(location, member_S3KeyPrefix);
}

/* The shape has let no other words pass. */
static void
ReadFormat(const Structure *request, InputOptions *options)
{
	Bytes compression = StructureString(request, member_InputCompressionType);

	(void) InputFormatFromName(StructureString(request, member_InputFormat), &options->format);
	if (compression.data != NULL)
		(void) InputCompressionFromName(compression, &options->compression);
}

static void
ReadCsv(const Structure *csv, InputOptions *options)
{
	Bytes delimiter = StructureString(csv, member_Delimiter);
	const JsonNode *header = StructureList(csv, member_HeaderList);

	options->delimiter = delimiter.data != NULL ? delimiter.data[0] : DEFAULT_DELIMITER;
	if (header == NULL)
		return;
	options->header_count = header->count;
	options->header = palloc_array(Bytes, header->count);
	for (int i = 0; i < header->count; i++)
		options->header[i] = JsonNodeString(&header->elements[i]);
}

static void
ReadAttributes(const Structure *parameters, InputOptions *options)
{
	const JsonNode *definitions = StructureList(parameters, member_AttributeDefinitions);
	KeyAttribute *attributes = palloc_array(KeyAttribute, definitions->count);

	for (int i = 0; i < definitions->count; i++)
	{
		const Structure *definition = NodeStructure(&definitions->elements[i]);

		attributes[i].name = StructureString(definition, member_AttributeName);
		(void) AttributeTypeFromName(StructureString(definition, member_AttributeType),
		                             &attributes[i].type);
	}
	options->attribute_count = definitions->count;
	options->attributes = attributes;
}

InputOptions
InputOptionsOf(ImportJobKind kind, const Structure *request)
{
	InputOptions options = { .delimiter = DEFAULT_DELIMITER };
	const Structure *input = StructureStructure(request, member_InputS3Configuration);

	if (kind == JOB_BULK_PUT)
	{
		ReadLocation(input, &options);
		ReadFormat(input, &options);
		return options;
	}
	ReadLocation(StructureStructure(request, member_S3BucketSource), &options);
	ReadFormat(request, &options);
	ReadCsv(StructureStructure(StructureStructure(request, member_InputFormatOptions), member_Csv),
	        &options);
	ReadAttributes(StructureStructure(request, member_TableCreationParameters), &options);
	return options;
}
