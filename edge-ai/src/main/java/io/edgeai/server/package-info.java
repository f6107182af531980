/**
 * Models over HTTP: the Open Inference Protocol, version 2, with binary tensors, the model repository and metrics. Routes
 * and handlers are plain functions from a request to a response; a library behind {@code io.edgeai.server.http} listens.
 */
@NullMarked
package io.edgeai.server;

import org.jspecify.annotations.NullMarked;
