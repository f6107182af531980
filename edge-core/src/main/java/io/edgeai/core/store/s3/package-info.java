/**
 * Objects in buckets that speak Amazon's S3: path-style requests by the JDK's own client, signed by Signature Version 4, without an
 * SDK. {@link io.edgeai.core.store.s3.S3ObjectStore} is the way in.
 */
@NullMarked
package io.edgeai.core.store.s3;

import org.jspecify.annotations.NullMarked;
