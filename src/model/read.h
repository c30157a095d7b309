/*
 * Requests are read by their shape, once: known members go to the slots of
 * structures, what the shape does not have is skipped and never built. JSON
 * types are compared meanwhile, as the service's parser does; then every
 * constraint of the shape is checked.
 */
#ifndef DYNAMO_MODEL_READ_H
#define DYNAMO_MODEL_READ_H

#include "json/json_source.h"
#include "model/structure.h"

/*
 * Reads a request, palloc'd; it may point into the source's text or tree. Raises
 * SerializationException for what is no JSON, then for the first value of the
 * wrong JSON type, then ValidationException naming every violated constraint.
 */
extern const Structure *RequestRead(const Shape *shape, JsonSource *source);

/* The same of a text, and of a tree. */
extern const Structure *RequestReadText(const Shape *shape, Bytes json);
extern const Structure *RequestReadNode(const Shape *shape, const JsonNode *node);

#endif
