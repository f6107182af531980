/**
 * Model bytes on disk, addressed by their SHA-256. Whatever {@link io.edgeai.core.store.BlobStore} has published
 * survives a crash and a power cut; whatever it has not leaves only temporary files, which the next opening removes.
 */
@NullMarked
package io.edgeai.core.store;

import org.jspecify.annotations.NullMarked;
