/**
 * The OCI image layout (opencontainers/image-spec 1.1), in which registries, mirrors and build systems exchange content: a
 * folder or tar of blobs named by their digest, with an index of manifests. What is read here is taken to be hostile: sizes
 * are bounded before memory is taken, and no name, link or tar entry leads out of the layout.
 */
@NullMarked
package io.edgeai.core.oci;

import org.jspecify.annotations.NullMarked;
