/**
 * What every estimator's conversion is built from: attributes of an estimator, named values of the graph being written,
 * and the answers a fitted estimator gives. Knows no estimator itself; those are in {@code sklearn.ops}.
 */
@NullMarked
package io.edgeai.formats.sklearn.graph;

import org.jspecify.annotations.NullMarked;
