/**
 * The facade: one builder that composes registry, importers, optimizer, placement, serving, monitor and federated
 * learning. It is the only place where those parts meet; each also works alone.
 */
@NullMarked
package io.edgeai;

import org.jspecify.annotations.NullMarked;
