/*
 * Serves the files of the console to browsers.
 */
#ifndef DYNAMO_HTTP_CONSOLE_H
#define DYNAMO_HTTP_CONSOLE_H

#include "http/wire/request.h"

/* Whether a page or a file of the console is asked for, and dynamo.console has it served. */
extern bool ConsoleIsAsked(const HttpRequest *request);

/* Answers such a request, in HttpExecute: the file, that the browser has it, or 404. */
extern void AnswerConsole(HttpRequest *request);

#endif
