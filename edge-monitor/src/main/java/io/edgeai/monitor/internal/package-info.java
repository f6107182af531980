/**
 * Joins one kind of signal, its detector, its words and its share of health. Not an API: the monitor composes these and hides them.
 */
@NullMarked
package io.edgeai.monitor.internal;

import org.jspecify.annotations.NullMarked;
