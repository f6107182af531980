/**
 * How accurate a model is while no labels come: its confidences, translated by what confidences were worth on labelled
 * rows. An estimate says how sure it is, and is refused where what it rests on does not hold.
 */
@NullMarked
package io.edgeai.monitor.estimate;

import org.jspecify.annotations.NullMarked;
