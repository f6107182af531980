/**
 * Endpoints: a model name that answers, over one or more versions, with metrics, deadlines and batching. Knows how to
 * get a session for a version only through a function it is given.
 */
@NullMarked
package io.edgeai.core.serving;

import org.jspecify.annotations.NullMarked;
