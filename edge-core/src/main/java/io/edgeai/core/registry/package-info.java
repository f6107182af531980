/**
 * The registry of model versions: numbers, stages, lineage, audit. {@link io.edgeai.core.registry.EdgeModelRegistry} is
 * the way in; what it has acknowledged survives a crash, and readers are served from memory.
 */
@NullMarked
package io.edgeai.core.registry;

import org.jspecify.annotations.NullMarked;
