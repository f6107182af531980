/**
 * OR-Tools as a solver of placement problems. The only package that knows it; the dependency is optional.
 */
@NullMarked
package io.edgeai.placement.ortools;

import org.jspecify.annotations.NullMarked;
