/**
 * The federation's protocol over gRPC with certificates on both sides. This is the only package of the module that knows
 * gRPC, which is an optional dependency: without it these classes say what to add.
 */
@NullMarked
package io.edgeai.federated.transport.grpc;

import org.jspecify.annotations.NullMarked;
