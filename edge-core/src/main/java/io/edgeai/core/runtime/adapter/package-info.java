/**
 * What adapters of engines share that only know "run this now": checks of inputs, slots, deadlines and an orderly close.
 * An engine of one's own implements {@link io.edgeai.core.runtime.adapter.EngineModel} and gives it to
 * {@link io.edgeai.core.runtime.adapter.SlottedSession}.
 */
@NullMarked
package io.edgeai.core.runtime.adapter;

import org.jspecify.annotations.NullMarked;
