/**
 * Models in other processes, over the gRPC service of the Open Inference Protocol, version 2: a session that asks, and a
 * server that answers from sessions. The only package that knows gRPC, which is an optional dependency.
 */
@NullMarked
package io.edgeai.core.remote;

import org.jspecify.annotations.NullMarked;
