/**
 * The Open Inference Protocol, version 2, as bytes: requests, answers and metadata in JSON, with Triton's binary tensor
 * data after it. Knows nothing of HTTP. Whoever reads holds nothing more than a small multiple of the bytes given.
 */
@NullMarked
package io.edgeai.core.serving.protocol;

import org.jspecify.annotations.NullMarked;
