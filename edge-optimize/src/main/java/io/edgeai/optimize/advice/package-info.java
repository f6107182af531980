/**
 * What to try on a model, before anything is tried: rules over its cost profile, with the gains measured on real models.
 * Expectations only; a search measures what really happens.
 */
@NullMarked
package io.edgeai.optimize.advice;

import org.jspecify.annotations.NullMarked;
