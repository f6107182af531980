/**
 * Sites that are parts of a Kubernetes cluster. The fabric8 client is an optional dependency and shows in no signature.
 */
@NullMarked
package io.edgeai.placement.deploy.kubernetes;

import org.jspecify.annotations.NullMarked;
