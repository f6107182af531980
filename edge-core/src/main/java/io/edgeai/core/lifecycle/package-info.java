/**
 * The life of a model version as a table: which {@link io.edgeai.core.lifecycle.Move} leads from which stage to which, and
 * what permission it takes. Pure: nothing here stores, locks or knows a registry.
 */
@NullMarked
package io.edgeai.core.lifecycle;

import org.jspecify.annotations.NullMarked;
