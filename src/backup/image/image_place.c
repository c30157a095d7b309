/*
 * See image_place.h.
 */
#include "backup/image/image_place.h"

#include "backup/image/image.h"
#include "session/progress.h"

static void *
Begin(const Backup *backup)
{
	ImageWriter *writer = palloc_object(ImageWriter);

	ImageWriterOpen(writer, backup->id);
	return writer;
}

static void
Add(void *writer, int leaf, const Jsonb *item)
{
	ImageAppend(writer, leaf, item);
}

static void
End(void *state, Backup *backup)
{
	ImageWriter *writer = state;

	ImageWriterClose(writer);
	backup->chunks = writer->chunks;
	backup->checksum = writer->checksum;
}

static bool
Read(const Backup *backup, BackupEmit emit, void *argument)
{
	ImageReader reader;
	const Jsonb *item;
	int leaf;
	bool fits = true;

	ImageReaderOpen(&reader, backup->id);
	while (fits && (item = ImageNext(&reader, &leaf)) != NULL)
	{
		fits = leaf >= 0 && leaf < backup->partitions;
		if (fits && emit != NULL)
			emit(argument, leaf, item);
		ProgressAdd(1, VARSIZE(item));
	}
	ImageReaderClose(&reader);
	return fits && reader.items == backup->items && reader.chunks == backup->chunks &&
	       reader.checksum == backup->checksum;
}

const BackupPlace image_place = { .begin = Begin, .add = Add, .end = End, .read = Read };
